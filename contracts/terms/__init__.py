"""How long a contract runs: options, breaks, four notice clocks, and why each date is what it is.

What people record stands in rows (`Term`, `ExtensionOption`, `BreakDate`, `NoticeClock`, `EndOverride`); what
follows from them is worked out by `rules` and `clocks`, explained line by line, and stored beside them, so that
reminders and checks find it by index. `sheet.Sheet` is one contract's term with all of its dates.
"""
