"""Printing: what leaves on paper. The only room that imports fpdf2, and only when something prints.

Start with `bill_values`, the frozen values that a bill needs: they are computed elsewhere and only
drawn here. `bill_file.print_bills` turns them into the PDF of a cycle; `control_sheet`, `register`
and `proof_list` print what the office checks and signs. Pure modules (`luhn`, `scan_line`, `imb`,
`qr`, `usage_chart`, `envelope`) know geometry and codes; `paper` alone knows fpdf2.

Words: the *stub* is the lower part that comes back with the payment; the *scan line* is its line
of OCR-A digits; the *IMb* is the postal barcode above the address; a bill that does not add up is
*parked*: left out of the file and reported, never mailed.
"""
