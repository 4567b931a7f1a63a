"""What is known of suppliers and markets: notes, financial health checks and distress events.

Notes on reputation and finances, checks and events are confidential: the Procurement Unit reads them, and an SRO those of the
suppliers of contracts they answer for. They leak in no list, count, export, history or date.
"""
