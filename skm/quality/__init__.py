"""How far responses can be trusted: flags, what they change, where people broke off."""
