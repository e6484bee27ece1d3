package source

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strconv"
	"strings"
)

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct {
	name   string
	path   string
	hidden int // 1 where it is
}

// workbook is what the sheets of a file share.
type workbook struct {
	parts   map[string]*zip.File
	sheets  []sheetEntry
	styles  []numberKind // by the number of a cell's style
	mac     bool         // days count from 1904
	texts   []byte       // the shared ones, one after the other
	offsets []uint32     // where each begins; one more at the end
}

func openWorkbook(r io.ReaderAt, size int64) (*workbook, error) {
	parts, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	b := &workbook{parts: parts}
	main := "xl/workbook.xml"
	root, err := b.relations("_rels/.rels", "")
	if err != nil {
		return nil, err
	}
	for _, relation := range root {
		if relation.kind == "officeDocument" {
			main = relation.target
		}
	}
	if !strings.HasSuffix(strings.ToLower(main), ".xml") || b.parts[strings.ToLower(path.Clean("/"+main))] == nil {
		return nil, &Problem{Key: "recon_source.archive"}
	}
	folder, file := path.Split(main)
	relations, err := b.relations(path.Join(folder, "_rels", file+".rels"), folder)
	if err != nil {
		return nil, err
	}
	if err := b.readSheets(main, relations); err != nil {
		return nil, err
	}
	for _, relation := range relations {
		switch relation.kind {
		case "styles":
			err = b.readStyles(relation.target)
		case "sharedStrings":
			err = b.readTexts(relation.target)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// each calls f at every tag and text of a part that unpacks to limit bytes at most.
func (b *workbook) each(name string, limit int64, f func(x *xmlScanner) error) error {
	part, err := b.open(name, limit)
	if err != nil {
		return err
	}
	x := newXMLScanner(part)
	for err == nil {
		if err = x.next(); err == nil {
			err = f(x)
		}
	}
	if closeErr := part.Close(); err == io.EOF && closeErr != nil {
		err = closeErr
	}
	if err != io.EOF {
		return broken(err)
	}
	return nil
}

// relation is a part that another part refers to.
type relation struct{ kind, target string }

// relations reads a list of relations by their ids; targets are relative to folder. A list that is missing is empty.
func (b *workbook) relations(name, folder string) (map[string]relation, error) {
	found := map[string]relation{}
	if b.parts[strings.ToLower(path.Clean("/"+name))] == nil {
		return found, nil
	}
	err := b.each(name, smallLimit, func(x *xmlScanner) error {
		if x.kind != opening || string(x.name) != "Relationship" {
			return nil
		}
		target, err := appendText(nil, x.attr("Target"))
		if err != nil {
			return err
		}
		to := string(target)
		if !strings.HasPrefix(to, "/") {
			to = path.Join("/", folder, to)
		}
		found[string(x.attr("Id"))] = relation{path.Base(string(x.attr("Type"))), strings.TrimPrefix(path.Clean(to), "/")}
		return nil
	})
	return found, err
}

func (b *workbook) readSheets(name string, relations map[string]relation) error {
	return b.each(name, smallLimit, func(x *xmlScanner) error {
		if x.kind != opening {
			return nil
		}
		switch string(x.name) {
		case "workbookPr":
			b.mac = truth(x.attr("date1904"))
		case "sheet":
			to := relations[string(x.attr("id"))]
			if to.kind != "worksheet" {
				return nil
			}
			title, err := appendText(nil, x.attr("name"))
			if err != nil {
				return err
			}
			sheet := sheetEntry{name: string(bytes.ToValidUTF8(title, []byte("\uFFFD"))), path: to.target}
			if state := x.attr("state"); state != nil && string(state) != "visible" {
				sheet.hidden = 1
			}
			b.sheets = append(b.sheets, sheet)
		}
		return nil
	})
}

func truth(p []byte) bool { return string(p) == "1" || string(p) == "true" }

func (b *workbook) readStyles(name string) error {
	formats := map[int]numberKind{}
	inCells := false
	return b.each(name, smallLimit, func(x *xmlScanner) error {
		switch {
		case string(x.name) == "cellXfs" && x.kind != characters:
			inCells = x.kind == opening
		case x.kind == opening && string(x.name) == "numFmt":
			code, err := appendText(nil, x.attr("formatCode"))
			if err != nil {
				return err
			}
			id, err := strconv.Atoi(string(x.attr("numFmtId")))
			if err != nil {
				return errXML
			}
			formats[id] = kindOfFormat(string(code))
		case x.kind == opening && inCells && string(x.name) == "xf":
			id, _ := strconv.Atoi(string(x.attr("numFmtId"))) // none is the general format, which is 0
			kind, own := formats[id]
			if !own {
				kind = kindOfBuiltin(id)
			}
			b.styles = append(b.styles, kind)
		}
		return nil
	})
}

// readTexts reads the texts that cells share. Readings (rPh) of Asian texts are no part of them.
func (b *workbook) readTexts(name string) error {
	inText, inReading := false, false
	b.offsets = append(b.offsets, 0)
	return b.each(name, sharedLimit, func(x *xmlScanner) (err error) {
		if x.kind == characters {
			if inText && !inReading {
				b.texts, err = x.text(b.texts)
			}
			return err
		}
		switch string(x.name) {
		case "t":
			inText = x.kind == opening
		case "rPh":
			inReading = x.kind == opening
		case "si":
			if x.kind == closing {
				start := b.offsets[len(b.offsets)-1]
				b.texts = b.texts[:int(start)+len(decodeControls(b.texts[start:]))]
				b.offsets = append(b.offsets, uint32(len(b.texts)))
			}
		}
		return nil
	})
}

// text returns a shared text.
func (b *workbook) text(index int) ([]byte, bool) {
	if index < 0 || index+1 >= len(b.offsets) {
		return nil, false
	}
	from, to := b.offsets[index], b.offsets[index+1]
	return b.texts[from:to:to], true
}

// decodeControls replaces _x000D_, as workbooks write what XML cannot, in place.
func decodeControls(p []byte) []byte {
	if !bytes.Contains(p, []byte("_x")) {
		return p
	}
	to := 0
	for i := 0; i < len(p); {
		if p[i] == '_' && i+7 <= len(p) && p[i+1] == 'x' && p[i+6] == '_' {
			if code, err := strconv.ParseUint(string(p[i+2:i+6]), 16, 16); err == nil && code < 0x80 {
				p[to] = byte(code)
				to++
				i += 7
				continue
			}
		}
		p[to] = p[i]
		to++
		i++
	}
	return p[:to]
}
