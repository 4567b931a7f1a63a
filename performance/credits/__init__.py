"""What a supplier owes us for poor performance or delay: service credits, liquidated damages, and whether we took them.

A regime says by which day which rules hold; charges are recorded month by month. A credit is worked out from readings
and charges, shows its working, and is frozen when it is claimed. What was not claimed is money left on the table.
"""
