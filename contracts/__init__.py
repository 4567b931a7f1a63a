"""The register: what was agreed, with whom, until when, and who answers for it."""
