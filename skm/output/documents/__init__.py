"""Documents: PDF with typst, DOCX with python-docx."""
