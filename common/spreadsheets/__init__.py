"""Reading what people send (CSV, Excel) and writing what they ask for. Knows nothing of contracts."""
