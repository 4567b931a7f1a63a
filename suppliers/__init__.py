"""Who we buy from: one record for each supplier, and a page that other rooms add sections to."""
