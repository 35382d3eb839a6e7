"""The report that a unit hands in for a period (penyampaian laporan), and who decides about it."""
