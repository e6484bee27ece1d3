package source

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"hash/crc32"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

const (
	// pageLimit is the most bytes that a page may unpack to; writers make pages of 1 MiB, some of 100 MB. heldLimit is the most that
	// the current pages and the dictionaries of all columns may take together.
	pageLimit = 256 << 20
	heldLimit = 512 << 20
	// pageHeaderSize is about how many bytes the header of a page takes, pageHeaderLimit the most: some repeat the least and the
	// greatest value in it, however long these are.
	pageHeaderSize  = 1 << 10
	pageHeaderLimit = 16 << 20
)

// chunk streams the values of one column in one row group.
type chunk struct {
	leaf       *parquetNode
	codec      format.CompressionCodec
	r          *io.SectionReader
	at         int64 // of the next page
	valuesLeft int64 // that no page was seen of
	inPage     int   // values to come of the current page
	repetition runs
	definition runs
	values     decoder
	dictionary *dictionary
	held       *int64 // bytes that the pages of all columns take
	page, kept int64  // how much of it is the current page's, and the dictionary's
}

// parquetEntry is one value with its levels.
type parquetEntry struct {
	repetition, definition int
	null                   bool
	parquetValue
}

func openChunk(r io.ReaderAt, size int64, leaf *parquetNode, column *format.ColumnChunk, held *int64) (*chunk, error) {
	meta := &column.MetaData
	begin := meta.DataPageOffset
	if d := meta.DictionaryPageOffset; d > 0 && d < begin {
		begin = d
	}
	switch {
	case column.CryptoMetadata.Value != nil:
		return nil, &Problem{Key: "recon_source.parquet_encrypted"}
	case column.FilePath != "":
		return nil, parquetForeign("external file")
	case meta.Type != leaf.element.Type.V:
		return nil, parquetBroken("column %q", leaf.element.Name)
	case begin < 4, meta.TotalCompressedSize < 0, meta.TotalCompressedSize > size-begin, meta.NumValues < 0:
		return nil, parquetBroken("column %q: %d + %d", leaf.element.Name, begin, meta.TotalCompressedSize)
	}
	return &chunk{leaf: leaf, codec: meta.Codec, r: io.NewSectionReader(r, begin, meta.TotalCompressedSize), valuesLeft: meta.NumValues, held: held}, nil
}

// close gives back what the pages take.
func (c *chunk) close() { *c.held -= c.page + c.kept }

// next returns the next value; io.EOF after the last one.
func (c *chunk) next() (parquetEntry, error) {
	for c.inPage == 0 {
		if c.valuesLeft == 0 {
			return parquetEntry{}, io.EOF
		}
		if err := c.nextPage(); err != nil {
			return parquetEntry{}, c.broken(err)
		}
	}
	c.inPage--
	e := parquetEntry{definition: c.leaf.definition}
	var err error
	if c.leaf.repetition > 0 {
		var level uint32
		level, err = c.repetition.next()
		e.repetition = int(level)
	}
	if c.leaf.definition > 0 && err == nil {
		var level uint32
		level, err = c.definition.next()
		e.definition = int(level)
	}
	if e.null = e.definition < c.leaf.definition; !e.null && err == nil {
		e.parquetValue, err = c.values.next()
	}
	if err != nil || e.definition > c.leaf.definition || e.repetition > c.leaf.repetition {
		return e, c.broken(cmp.Or(err, errPage))
	}
	return e, nil
}

// broken is the *Problem of a page that cannot be read. An error of the system's stays what it is.
func (c *chunk) broken(err error) error {
	if errors.Is(err, errPage) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = parquetBroken("page")
	}
	var problem *Problem
	if errors.As(err, &problem) && problem.Column == "" {
		problem.Column = c.leaf.element.Name
	}
	return err
}

// nextPage moves to the next page with values.
func (c *chunk) nextPage() error {
	header, err := c.readHeader()
	if err != nil {
		return err
	}
	packed, unpacked := int64(header.CompressedPageSize), int64(header.UncompressedPageSize)
	if packed < 0 || unpacked < 0 || packed > c.r.Size()-c.at {
		return errPage
	}
	if max(packed, unpacked) > pageLimit {
		return &Problem{Key: "recon_source.parquet_large"}
	}
	begin := c.at
	c.at += packed
	data := header.Type == format.DataPage || header.Type == format.DataPageV2
	if !data && header.Type != format.DictionaryPage {
		return nil
	}
	if data {
		*c.held -= c.page
		c.page, c.values = 0, nil
	}
	if *c.held+packed+unpacked > heldLimit {
		return &Problem{Key: "recon_source.parquet_large"}
	}
	body := make([]byte, packed)
	if _, err := c.r.ReadAt(body, begin); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if header.CRC != 0 && crc32.ChecksumIEEE(body) != uint32(header.CRC) {
		return parquetBroken("CRC")
	}
	*c.held += unpacked
	switch header.Type {
	case format.DictionaryPage:
		c.kept += unpacked
		return c.readDictionary(header, body)
	case format.DataPage:
		c.page = unpacked
		return c.readPage(header, body)
	}
	c.page = unpacked
	return c.readPageV2(header, body)
}

// readHeader reads the header of the next page and moves behind it.
func (c *chunk) readHeader() (*format.PageHeader, error) {
	for size := int64(pageHeaderSize); ; size *= 16 {
		head := make([]byte, min(size, pageHeaderLimit, c.r.Size()-c.at))
		if _, err := c.r.ReadAt(head, c.at); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		var header format.PageHeader
		n, err := decodeThrift(head, &header)
		if err == nil || int64(len(head)) < size || size >= pageHeaderLimit {
			c.at += int64(n)
			return &header, err
		}
	}
}

func (c *chunk) readDictionary(header *format.PageHeader, body []byte) error {
	if !header.DictionaryPageHeader.Valid || c.dictionary != nil {
		return errPage
	}
	data, err := unpack(c.codec, body, int(header.UncompressedPageSize))
	if err != nil {
		return err
	}
	c.dictionary, err = newDictionary(c.leaf.element, data, int(header.DictionaryPageHeader.V.NumValues))
	return err
}

func (c *chunk) readPage(header *format.PageHeader, body []byte) error {
	h := header.DataPageHeader.V
	data, err := unpack(c.codec, body, int(header.UncompressedPageSize))
	if err != nil {
		return err
	}
	for _, level := range []struct {
		max      int
		encoding format.Encoding
		runs     *runs
	}{{c.leaf.repetition, h.RepetitionLevelEncoding, &c.repetition}, {c.leaf.definition, h.DefinitionLevelEncoding, &c.definition}} {
		if level.max == 0 {
			continue
		}
		if level.encoding != format.RLE {
			return parquetForeign(level.encoding.String())
		}
		var levels []byte
		if levels, data, err = counted(data); err != nil {
			return err
		}
		*level.runs = runs{data: levels, width: levelWidth(level.max)}
	}
	return c.begin(header.DataPageHeader.Valid, int(h.NumValues), h.Encoding, data)
}

func (c *chunk) readPageV2(header *format.PageHeader, body []byte) error {
	h := header.DataPageHeaderV2.V
	repetition, definition := int(h.RepetitionLevelsByteLength), int(h.DefinitionLevelsByteLength)
	if repetition < 0 || definition < 0 || repetition > len(body) || definition > len(body)-repetition {
		return errPage
	}
	c.repetition = runs{data: body[:repetition], width: levelWidth(c.leaf.repetition)}
	c.definition = runs{data: body[repetition : repetition+definition], width: levelWidth(c.leaf.definition)}
	data := body[repetition+definition:]
	if !h.IsCompressed.Valid || h.IsCompressed.V {
		var err error
		if data, err = unpack(c.codec, data, int(header.UncompressedPageSize)-repetition-definition); err != nil {
			return err
		}
	}
	return c.begin(header.DataPageHeaderV2.Valid, int(h.NumValues), h.Encoding, data)
}

// begin sets the page up that has n values.
func (c *chunk) begin(valid bool, n int, encoding format.Encoding, data []byte) error {
	if !valid || n < 0 || int64(n) > c.valuesLeft {
		return errPage
	}
	c.inPage = n
	c.valuesLeft -= int64(n)
	if len(data) == 0 { // every value is null, which some writers say in any encoding
		c.values = &plainDecoder{kind: format.ByteArray}
		return nil
	}
	var err error
	c.values, err = newDecoder(encoding, c.leaf.element, data, n, c.dictionary)
	return err
}

// levelWidth is how many bits levels up to most take.
func levelWidth(most int) int {
	n := 0
	for ; most > 0; most >>= 1 {
		n++
	}
	return n
}

// counted cuts off the front of data what says itself how long it is.
func counted(data []byte) (counted, rest []byte, err error) {
	d := plainDecoder{data: data, kind: format.ByteArray}
	value, err := d.next()
	return value.bytes, d.data, err
}

// unpack unpacks what is to take size bytes. Not a byte more is ever unpacked.
func unpack(codec format.CompressionCodec, packed []byte, size int) (data []byte, err error) {
	if size < 0 {
		return nil, errPage
	}
	if size == 0 || len(packed) == 0 {
		return nil, nil
	}
	switch codec {
	case format.Uncompressed:
		data = packed
	case format.Snappy:
		if n, err := snappy.DecodedLen(packed); err != nil || n != size {
			return nil, errPage
		}
		data, err = snappy.Decode(make([]byte, size), packed)
	case format.Gzip:
		var r *gzip.Reader
		if r, err = gzip.NewReader(bytes.NewReader(packed)); err == nil {
			data, err = readExactly(r, size)
		}
	case format.Brotli:
		data, err = readExactly(brotli.NewReader(bytes.NewReader(packed)), size)
	case format.Zstd:
		var r *zstd.Decoder
		if r, err = zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(pageLimit)); err == nil {
			data, err = readExactly(r, size)
			r.Close()
		}
	case format.Lz4Raw:
		data = make([]byte, size)
		var n int
		n, err = lz4.UncompressBlock(packed, data)
		data = data[:max(n, 0)]
	default:
		return nil, parquetForeign(codec.String())
	}
	if err != nil || len(data) != size {
		return nil, errPage
	}
	return data, nil
}

func readExactly(r io.Reader, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(r, data)
	return data, err
}
