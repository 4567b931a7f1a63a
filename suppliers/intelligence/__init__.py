"""What is known of suppliers and markets: notes, financial health checks and distress events."""
