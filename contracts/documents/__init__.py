"""What was signed and what came after: files of a contract, their versions, who may read them, and which
of them counted on any day."""
