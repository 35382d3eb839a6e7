"""`skm paper`: forms to print, and forms that come back as photos."""
