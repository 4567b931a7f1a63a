"""How a contract went in a quarter, on one page: cost, performance, risk and user, and what the people who use it say.

What is measured is proposed as red, amber or green by rule; a person decides, the owner signs off, the SRO has seen it. A
quadrant that nobody measures is not tracked, and somebody decides what follows from that.
"""
