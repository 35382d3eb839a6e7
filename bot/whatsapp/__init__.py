"""The channel to WhatsApp, through the Cloud API."""
