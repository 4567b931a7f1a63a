"""How closely a contract must be managed: a questionnaire, its assessments, and who decided."""
