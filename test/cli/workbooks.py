"""Workbooks as other programs write them, and as nobody should: usage workbooks.py FOLDER."""
import os, sys, zipfile, zlib
out = sys.argv[1]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
STYLES = (f'<styleSheet {MAIN}><numFmts count="2"><numFmt numFmtId="165" formatCode="[$-40C]d\\ mmm\\ yyyy;@"/>'
          '<numFmt numFmtId="166" formatCode="#,##0.00\\ &quot;dyn&quot;"/></numFmts>'
          '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
          '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>')


def workbook(name, rows, shared=(), date1904=False, sheets=("Feuille",), extra=(), compress=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(os.path.join(out, name), "w", compress) as z:
        z.writestr("xl/workbook.xml", f'<workbook {MAIN} {REL}><workbookPr date1904="{int(date1904)}"/><sheets>' + "".join(
            f'<sheet name="{s}" sheetId="{i + 1}" r:id="rId{i + 1}"/>' for i, s in enumerate(sheets)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
            f'<Relationship Id="rId{i + 1}" Type="x" Target="worksheets/sheet{i + 1}.xml"/>' for i in range(len(sheets))) + "</Relationships>")
        z.writestr("xl/styles.xml", STYLES)
        if shared:
            z.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>" + "".join(f"<si>{s}</si>" for s in shared) + "</sst>")
        for i in range(len(sheets)):
            body = rows if i == len(sheets) - 1 else ""
            z.writestr(f"xl/worksheets/sheet{i + 1}.xml", f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>")
        for member, content in extra:
            z.writestr(member, content)


def inline(ref, text):
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


heads = "<row r='1'>" + "".join(inline(f"{c}1", t) for c, t in zip("ABCDE", ["key", "Number", "Direction", "Subject (fr)", "Date"])) + "</row>"
good = heads + (
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="str"><f>"a"&amp;B2</f><v>deux</v></c>'
    '<c r="E2" s="1"><v>45747</v></c></row>'  # 2025-03-31
    '<row r="4"><c r="A4"><v>2.0000000000000001E0</v></c>' + inline("B4", "V&#233;-2") + inline("C4", "in") + inline("D4", "Письмо") +
    '<c r="E4" s="2"><v>45748</v></c></row>'
    '<row><c><v>3</v></c><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c s="1"><v>45749.0</v></c></row>')
texts = ("<t>V-1</t>", "<r><t>o</t></r><r><t>ut</t></r><rPh sb='0' eb='1'><t>x</t></rPh>", "<t xml:space='preserve'> trois </t>")
workbook("good.xlsx", good, texts)
workbook("stored.xlsx", good, texts, compress=zipfile.ZIP_STORED)
workbook("second.xlsx", good, texts, sheets=("Vide", "Lettres"))
workbook("mac.xlsx", heads + '<row r="2"><c r="A2"><v>9</v></c>' + inline("B2", "M") + inline("C2", "out") + inline("D2", "mac") +
         '<c r="E2" s="1"><v>44285</v></c></row>', date1904=True)  # 2025-03-31 in the calendar of 1904
workbook("failed.xlsx", heads + '<row r="2"><c r="A2"><v>7</v></c><c r="B2" t="e"><v>#N/A</v></c>' + inline("C2", "out") + inline("D2", "x") +
         '<c r="E2" s="1"><v>45747.5</v></c></row>')
workbook("money.xlsx", "<row r='1'>" + "".join(inline(f"{c}1", t) for c, t in zip("ABCDE", ["key", "origin", "date", "base", "quote"])) + inline("F1", "value") +
         "</row>" + "".join(f'<row r="{i + 2}"><c r="A{i + 2}"><v>{i}</v></c>' + inline(f"B{i + 2}", "ecb") + f'<c r="C{i + 2}" s="1"><v>{45000 + i}</v></c>' +
                            inline(f"D{i + 2}", "EUR") + inline(f"E{i + 2}", "XOF") + f'<c r="F{i + 2}" s="3"><v>{v}</v></c></row>'
                            for i, v in enumerate(["655.957", "0.10000000000000001", "1.2E3", "655.95699999999999", "2.5e-3"])))
with open(os.path.join(out, "old.xls"), "wb") as f:
    f.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
whole = open(os.path.join(out, "good.xlsx"), "rb").read()
open(os.path.join(out, "cut.xlsx"), "wb").write(whole[: len(whole) // 2])
broken = bytearray(whole)
at = whole.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 40
broken[at] ^= 0x55
open(os.path.join(out, "broken.xlsx"), "wb").write(bytes(broken))
with zipfile.ZipFile(os.path.join(out, "other.xlsx"), "w") as z:
    z.writestr("hello.txt", "hello")
workbook("bomb.xlsx", heads + "<row r='2'>" + inline("A2", "x") + "</row>" + " " * (80 << 20), texts)
workbook("entity.xlsx", heads, extra=())
with zipfile.ZipFile(os.path.join(out, "entity.xlsx"), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>')
workbook("wide.xlsx", heads + "<row r='2'>" + inline("ZZZ2", "far") + "</row>")
workbook("cell.xlsx", heads + "<row r='2'>" + inline("A2", "x" * (2 << 20)) + "</row>", compress=zipfile.ZIP_STORED)
# What would fill the memory of who reads it without bounds.
sheets = "".join('<sheet name="a" sheetId="1" r:id="r"/>' for _ in range(256))
with zipfile.ZipFile(os.path.join(out, "relations.xlsx"), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("xl/workbook.xml", f"<workbook {MAIN} {REL}><sheets>{sheets}</sheets></workbook>")
    z.writestr("xl/_rels/workbook.xml.rels", "<Relationships>" + f'<Relationship Id="r" Target="{"x" * 250}"/>' * 20000 + "</Relationships>")
workbook("rowtexts.xlsx", heads, ["<t>a</t></si>" + '<row><c r="AMJ1"><v>1</v></c></row>' * 200000 + "<si>"])
workbook("copies.xlsx", heads + "".join(f'<row r="{i}">' + inline(f"A{i}", str(i)) + "".join(f'<c r="{c}{i}" t="s"><v>0</v></c>' for c in "BCDE") + "</row>"
                                         for i in range(2, 700)), ["<t>" + "x" * 1000000 + "</t>"])
import warnings
warnings.simplefilter("ignore")
workbook("twice.xlsx", heads, extra=[("XL/worksheets/sheet1.xml", "<worksheet/>")])
