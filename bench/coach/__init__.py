"""How well the coach judges: precision and recall a rule, on drafts that people wrote and labelled."""
