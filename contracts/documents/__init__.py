"""What was signed and what came after: files of a contract, their versions, and who may read them."""
