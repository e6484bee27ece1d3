package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// pack writes rows as a Parquet file.
func pack[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openParquet(content []byte) (Source, error) {
	return OpenParquet(bytes.NewReader(content), int64(len(content)), Options{})
}

func readParquet(t testing.TB, content []byte) table {
	t.Helper()
	s, err := openParquet(content)
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, s)
}

// values writes a column of the given node with one row for each value.
func values(t testing.TB, node parquet.Node, rows ...parquet.Value) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[any](&b, parquet.NewSchema("table", parquet.Group{"v": node}))
	for _, value := range rows {
		level := 0
		if !value.IsNull() && node.Optional() {
			level = 1
		}
		if _, err := w.WriteRows([]parquet.Row{{value.Level(0, level, 0)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bigEndian is n in two's complement, in size bytes.
func bigEndian(n string, size int) parquet.Value {
	v, _ := new(big.Int).SetString(n, 10)
	if v.Sign() < 0 {
		v.Add(v, new(big.Int).Lsh(big.NewInt(1), uint(size)*8))
	}
	return parquet.FixedLenByteArrayValue(v.FillBytes(make([]byte, size)))
}

func TestEveryTypeOfParquetIsWrittenAsPeopleReadIt(t *testing.T) {
	moment := time.Date(2024, 3, 7, 14, 30, 5, 120_000_000, time.UTC)
	day := int32(moment.Unix() / 86400)
	before := time.Date(1969, 12, 31, 23, 59, 59, 500_000_000, time.UTC)
	uuid := []byte{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	tests := map[string]struct {
		node parquet.Node
		rows []parquet.Value
		want []string
	}{
		"text":                    {parquet.String(), []parquet.Value{parquet.ByteArrayValue([]byte("Réglé à Fès")), parquet.ByteArrayValue([]byte("تحويل"))}, []string{"Réglé à Fès", "تحويل"}},
		"null":                    {parquet.Optional(parquet.String()), []parquet.Value{parquet.ByteArrayValue([]byte("a")), parquet.NullValue()}, []string{"a", ""}},
		"enumeration":             {parquet.Enum(), []parquet.Value{parquet.ByteArrayValue([]byte("CREDIT"))}, []string{"CREDIT"}},
		"json":                    {parquet.JSON(), []parquet.Value{parquet.ByteArrayValue([]byte(`{"a":1}`))}, []string{`{"a":1}`}},
		"truth":                   {parquet.Leaf(parquet.BooleanType), []parquet.Value{parquet.BooleanValue(true), parquet.BooleanValue(false)}, []string{"true", "false"}},
		"whole":                   {parquet.Int(64), []parquet.Value{parquet.Int64Value(math.MinInt64), parquet.Int64Value(42)}, []string{"-9223372036854775808", "42"}},
		"small":                   {parquet.Int(8), []parquet.Value{parquet.Int32Value(-7)}, []string{"-7"}},
		"unsigned":                {parquet.Uint(64), []parquet.Value{parquet.Int64Value(-1)}, []string{"18446744073709551615"}},
		"small unsigned":          {parquet.Uint(32), []parquet.Value{parquet.Int32Value(-1)}, []string{"4294967295"}},
		"float":                   {parquet.Leaf(parquet.FloatType), []parquet.Value{parquet.FloatValue(0.1), parquet.FloatValue(1e10)}, []string{"0.1", "10000000000"}},
		"double":                  {parquet.Leaf(parquet.DoubleType), []parquet.Value{parquet.DoubleValue(1234.56), parquet.DoubleValue(-0.07), parquet.DoubleValue(math.NaN())}, []string{"1234.56", "-0.07", ""}},
		"decimal of 9 digits":     {parquet.Decimal(2, 9, parquet.Int32Type), []parquet.Value{parquet.Int32Value(-5), parquet.Int32Value(123456), parquet.Int32Value(0)}, []string{"-0.05", "1234.56", "0.00"}},
		"decimal of 18 digits":    {parquet.Decimal(3, 18, parquet.Int64Type), []parquet.Value{parquet.Int64Value(math.MinInt64)}, []string{"-9223372036854775.808"}},
		"decimal of 38 digits":    {parquet.Decimal(4, 38, parquet.FixedLenByteArrayType(16)), []parquet.Value{bigEndian("-12345678901234567890123456789012345678", 16), bigEndian("1", 16)}, []string{"-1234567890123456789012345678901234.5678", "0.0001"}},
		"decimal without places":  {parquet.Decimal(0, 9, parquet.Int32Type), []parquet.Value{parquet.Int32Value(-12)}, []string{"-12"}},
		"date":                    {parquet.Date(), []parquet.Value{parquet.Int32Value(day), parquet.Int32Value(-1)}, []string{"2024-03-07", "1969-12-31"}},
		"moment":                  {parquet.Timestamp(parquet.Millisecond), []parquet.Value{parquet.Int64Value(moment.UnixMilli()), parquet.Int64Value(before.UnixMilli())}, []string{"2024-03-07T14:30:05.12Z", "1969-12-31T23:59:59.5Z"}},
		"moment in microseconds":  {parquet.Timestamp(parquet.Microsecond), []parquet.Value{parquet.Int64Value(moment.UnixMicro())}, []string{"2024-03-07T14:30:05.12Z"}},
		"moment in nanoseconds":   {parquet.Timestamp(parquet.Nanosecond), []parquet.Value{parquet.Int64Value(before.UnixNano())}, []string{"1969-12-31T23:59:59.5Z"}},
		"moment without a zone":   {parquet.TimestampAdjusted(parquet.Microsecond, false), []parquet.Value{parquet.Int64Value(moment.Truncate(24 * time.Hour).UnixMicro())}, []string{"2024-03-07T00:00:00"}},
		"moment of older writers": {parquet.Leaf(parquet.Int96Type), []parquet.Value{parquet.Int96Value(deprecated.Int96{0: uint32(52205_120_000_000 & math.MaxUint32), 1: uint32(52205_120_000_000 >> 32), 2: uint32(day) + 2440588})}, []string{"2024-03-07T14:30:05.12"}},
		"time":                    {parquet.Time(parquet.Millisecond), []parquet.Value{parquet.Int32Value(52_205_120)}, []string{"14:30:05.12"}},
		"uuid":                    {parquet.UUID(), []parquet.Value{parquet.FixedLenByteArrayValue(uuid)}, []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}},
		"bytes":                   {parquet.Leaf(parquet.ByteArrayType), []parquet.Value{parquet.ByteArrayValue([]byte("texte")), parquet.ByteArrayValue([]byte{0xFF, 0x00})}, []string{"texte", "ff00"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readParquet(t, values(t, test.node, test.rows...))
			wantHeader(t, got, "v")
			wantRows(t, got, test.want...)
			if got.Format != Parquet || got.lines[0] != 0 {
				t.Errorf("%+v, lines %v", got.Description, got.lines)
			}
		})
	}
}

func TestAValueThatItsTypeDoesNotAllowCostsOneRow(t *testing.T) {
	for name, test := range map[string]struct {
		node  parquet.Node
		value parquet.Value
		other parquet.Value
		shown string
	}{
		"text":   {parquet.String(), parquet.ByteArrayValue([]byte("b\xE9a")), parquet.ByteArrayValue([]byte("ok")), "b\uFFFDa"},
		"date":   {parquet.Date(), parquet.Int32Value(math.MaxInt32), parquet.Int32Value(0), "5881580-07-11"},
		"time":   {parquet.Time(parquet.Millisecond), parquet.Int32Value(86_400_000), parquet.Int32Value(0), "86400000"},
		"moment": {parquet.Timestamp(parquet.Millisecond), parquet.Int64Value(math.MinInt64), parquet.Int64Value(0), "-292275055-05-16T16:47:04.192Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got := readParquet(t, values(t, test.node, test.other, test.value, test.other))
			wantProblems(t, got, "parquet_value 2 0")
			if len(got.rows) != 2 || got.problems[0].Column != "v" || got.problems[0].Value != test.shown {
				t.Errorf("%q, %+v", got.rows, got.problems)
			}
		})
	}
}

type invoice struct {
	ID    int64 `parquet:"id"`
	Party struct {
		Name string `parquet:"name"`
		Bank *struct {
			IBAN string `parquet:"iban,optional"`
		} `parquet:"bank,optional"`
	} `parquet:"party"`
	Tags  []string           `parquet:"tags,list"`
	Lines []line             `parquet:"lines"`
	Rates map[string]float64 `parquet:"rates"`
}

type line struct {
	Text  string   `parquet:"text"`
	Cents *int64   `parquet:"cents,optional,decimal(2:18)"`
	Codes []string `parquet:"codes,list"`
}

func TestGroupsBecomeColumnsAndListsStayJSON(t *testing.T) {
	cents := int64(1250)
	a, b := invoice{ID: 1, Tags: []string{"é\"<", ""}}, invoice{ID: 2}
	a.Party.Name, b.Party.Name = "Atlas", "Rif"
	a.Party.Bank = &struct {
		IBAN string `parquet:"iban,optional"`
	}{"MA64"}
	a.Lines = []line{{Text: "x", Cents: &cents, Codes: []string{"p", "q"}}, {Text: "y"}}
	a.Rates = map[string]float64{"MAD": 1.5}
	for _, version := range []int{1, 2} {
		got := readParquet(t, pack(t, []invoice{a, b, a}, parquet.DataPageVersion(version)))
		wantHeader(t, got, "id|party.name|party.bank.iban|tags|lines|rates")
		full := `|Atlas|MA64|["é\"<",""]|[{"text":"x","cents":12.50,"codes":["p","q"]},{"text":"y","cents":null,"codes":[]}]|{"MAD":1.5}`
		wantRows(t, got, "1"+full, "2|Rif||||", "1"+full)
	}
}

// entry has a column for each encoding.
type entry struct {
	Plain  string  `parquet:"plain,plain"`
	Dict   string  `parquet:"dict,dict"`
	Maybe  *int64  `parquet:"maybe,optional,dict"`
	Delta  int64   `parquet:"delta,delta"`
	Short  int32   `parquet:"short,delta"`
	Length string  `parquet:"length,delta"`
	Prefix [8]byte `parquet:"prefix,delta"`
	Split  float64 `parquet:"split,split"`
	Yes    bool    `parquet:"yes"`
}

func entries(n int) []entry {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]entry, n)
	for i := range rows {
		e := &rows[i]
		e.Plain, e.Dict = fmt.Sprintf("OP%07d", i), []string{"VIREMENT", "FRAIS", "REMISE", ""}[random.IntN(4)]
		if random.IntN(3) > 0 {
			value := random.Int64N(100)
			e.Maybe = &value
		}
		e.Delta, e.Short, e.Length = int64(random.Uint64()), int32(random.Uint32()), strings.Repeat("é", random.IntN(9))
		copy(e.Prefix[:], fmt.Sprintf("%08d", i))
		e.Split, e.Yes = float64(random.IntN(1e6))/100, random.IntN(2) == 0
	}
	return rows
}

func TestEveryEncodingAndCompressionIsReadToTheLastRow(t *testing.T) {
	rows := entries(25_000)
	var want strings.Builder
	for i, e := range rows {
		maybe := ""
		if e.Maybe != nil {
			maybe = fmt.Sprint(*e.Maybe)
		}
		if i > 0 {
			want.WriteByte('\n')
		}
		fmt.Fprintf(&want, "%s|%s|%s|%d|%d|%s|%s|%v|%v", e.Plain, e.Dict, maybe, e.Delta, e.Short, e.Length, e.Prefix[:], e.Split, e.Yes)
	}
	for name, codec := range map[string]compress.Codec{"none": &parquet.Uncompressed, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip,
		"brotli": &parquet.Brotli, "zstd": &parquet.Zstd, "lz4": &parquet.Lz4Raw} {
		for _, version := range []int{1, 2} {
			t.Run(fmt.Sprint(name, version), func(t *testing.T) {
				got := readParquet(t, pack(t, rows, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(8<<10), parquet.MaxRowsPerRowGroup(7000)))
				if show(got.rows) != want.String() {
					t.Errorf("%d rows, the first %q", len(got.rows), got.rows[0])
				}
			})
		}
	}
}

// footer returns where the description of a file begins, and what it says.
func footer(t testing.TB, content []byte) (int, *format.FileMetaData) {
	t.Helper()
	meta, err := readFooter(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	tail := content[len(content)-8:]
	return len(content) - 8 - int(uint32(tail[0])|uint32(tail[1])<<8|uint32(tail[2])<<16), meta
}

// changed writes a file whose description change has altered.
func changed(t testing.TB, content []byte, change func(*format.FileMetaData)) []byte {
	t.Helper()
	at, meta := footer(t, content)
	change(meta)
	description, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		t.Fatal(err)
	}
	n := len(description)
	return append(append(bytes.Clone(content[:at]), description...), byte(n), byte(n>>8), byte(n>>16), byte(n>>24), 'P', 'A', 'R', '1')
}

func TestAParquetFileThatCannotBeReadSaysWhy(t *testing.T) {
	whole := pack(t, entries(100), parquet.Compression(&parquet.Snappy))
	at, _ := footer(t, whole)
	tests := map[string]struct {
		content []byte
		key     string
	}{
		"cut short":              {whole[:len(whole)-100], "parquet_torn"},
		"only its mark":          {[]byte("PAR1"), "parquet_torn"},
		"encrypted":              {append([]byte("PARE"), append(bytes.Clone(whole[4:len(whole)-4]), "PARE"...)...), "parquet_encrypted"},
		"encrypted with a mark":  {changed(t, whole, func(m *format.FileMetaData) { m.EncryptionAlgorithm.Value = &format.AesGcmV1{} }), "parquet_encrypted"},
		"a length beyond it":     {append(bytes.Clone(whole[:len(whole)-8]), 0xFF, 0xFF, 0xFF, 0x7F, 'P', 'A', 'R', '1'), "parquet_broken"},
		"a list that lies":       {append(bytes.Clone(whole[:at]), 0x15, 0x02, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0x7F, 8, 0, 0, 0, 'P', 'A', 'R', '1'), "parquet_broken"},
		"more rows than it can":  {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].NumRows = 1 << 40 }), "parquet_bomb"},
		"less than no rows":      {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].NumRows = -1 }), "parquet_broken"},
		"rows without values":    {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].NumRows = 101 }), "parquet_broken"},
		"values without rows":    {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].NumRows = 99 }), "parquet_broken"},
		"a column outside":       {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].MetaData.DataPageOffset = 1 << 50 }), "parquet_broken"},
		"a column elsewhere":     {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].FilePath = "/etc/passwd" }), "parquet_foreign"},
		"an unknown compression": {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].MetaData.Codec = format.LZO }), "parquet_foreign"},
		"another compression":    {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].MetaData.Codec = format.Gzip }), "parquet_broken"},
		"no columns":             {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups, m.Schema = nil, m.Schema[:1]; m.Schema[0].NumChildren.V = 0 }), "empty"},
		"children that lack":     {changed(t, whole, func(m *format.FileMetaData) { m.Schema[0].NumChildren.V = 1 << 30 }), "parquet_broken"},
		"a column too many":      {changed(t, whole, func(m *format.FileMetaData) { m.RowGroups[0].Columns = m.RowGroups[0].Columns[1:] }), "parquet_broken"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := openParquet(test.content)
			for err == nil {
				_, err = s.Next()
			}
			var problem *Problem
			if !errors.As(err, &problem) || problem.Key != "recon_source."+test.key || problem.Row != 0 {
				t.Errorf("%v, want %s", err, test.key)
			}
		})
	}
}

func TestADamagedPageIsNoticed(t *testing.T) {
	whole := pack(t, entries(5000), parquet.Compression(&parquet.Uncompressed))
	at, _ := footer(t, whole)
	for _, position := range []int{at / 7, at / 3, at / 2} {
		damaged := bytes.Clone(whole)
		damaged[position] ^= 0x55
		s, err := openParquet(damaged)
		for err == nil {
			_, err = s.Next()
		}
		var problem *Problem
		if !errors.As(err, &problem) || problem.Key != "recon_source.parquet_broken" || problem.Column == "" {
			t.Errorf("at %d: %v", position, err)
		}
	}
}

func TestAPageThatUnpacksToMoreThanItSaysIsRefused(t *testing.T) {
	body := bytes.Repeat([]byte("a"), 1<<20)
	for _, codec := range []compress.Codec{&parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd, &parquet.Lz4Raw} {
		packed, err := codec.Encode(nil, body)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := unpack(codec.CompressionCodec(), packed, len(body)); err != nil || !bytes.Equal(data, body) {
			t.Errorf("%s: %d bytes, %v", codec, len(data), err)
		}
		if data, err := unpack(codec.CompressionCodec(), packed, len(body)+1); err == nil {
			t.Errorf("%s: %d bytes for %d", codec, len(data), len(body)+1)
		}
		if data, _ := unpack(codec.CompressionCodec(), packed, 1000); len(data) > 1000 {
			t.Errorf("%s: %d bytes for 1000", codec, len(data))
		}
	}
}

// onePage is a file of one column of whole numbers, with one page of the given header and body.
func onePage(t testing.TB, header format.PageHeader, body []byte) []byte {
	t.Helper()
	whole := values(t, parquet.Int(64), parquet.Int64Value(1))
	head, err := thrift.Marshal(new(thrift.CompactProtocol), &header)
	if err != nil {
		t.Fatal(err)
	}
	page := append(head, body...)
	at, _ := footer(t, whole)
	return changed(t, append(append([]byte("PAR1"), page...), whole[at:]...), func(m *format.FileMetaData) {
		meta := &m.RowGroups[0].Columns[0].MetaData
		meta.DataPageOffset, meta.DictionaryPageOffset, meta.TotalCompressedSize, meta.Codec = 4, 0, int64(len(page)), format.Gzip
	})
}

func TestAPageThatSaysItIsHugeTakesNoMemory(t *testing.T) {
	data := thrift.New(format.DataPageHeader{NumValues: 1, Encoding: format.Plain})
	for name, test := range map[string]struct {
		header format.PageHeader
		key    string
	}{
		"unpacked":  {format.PageHeader{UncompressedPageSize: math.MaxInt32, CompressedPageSize: 8, DataPageHeader: data}, "parquet_large"},
		"packed":    {format.PageHeader{UncompressedPageSize: 8, CompressedPageSize: math.MaxInt32, DataPageHeader: data}, "parquet_broken"},
		"negative":  {format.PageHeader{UncompressedPageSize: -1, CompressedPageSize: 8, DataPageHeader: data}, "parquet_broken"},
		"values":    {format.PageHeader{UncompressedPageSize: 8, CompressedPageSize: 8, DataPageHeader: thrift.New(format.DataPageHeader{NumValues: math.MaxInt32})}, "parquet_broken"},
		"no header": {format.PageHeader{UncompressedPageSize: 8, CompressedPageSize: 8}, "parquet_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			content := onePage(t, test.header, make([]byte, 8))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := openParquet(content)
			for err == nil {
				_, err = s.Next()
			}
			runtime.ReadMemStats(&after)
			var problem *Problem
			if !errors.As(err, &problem) || problem.Key != "recon_source."+test.key || problem.Column != "v" {
				t.Errorf("%v, want %s", err, test.key)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
				t.Errorf("took %d bytes", took)
			}
		})
	}
}

// A difference of nothing takes no bytes, and each value may repeat all of the one before: so little can stand for very much.
func TestDifferencesThatStandForMoreThanThePageSaysAreRefused(t *testing.T) {
	many := []byte{0x80, 0x80, 0x04, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x00, 0x00}
	element := &format.SchemaElement{Type: thrift.New(format.ByteArray)}
	for _, encoding := range []format.Encoding{format.DeltaLengthByteArray, format.DeltaByteArray} {
		if _, err := newDecoder(encoding, element, many, 1000, nil); !errors.Is(err, errPage) {
			t.Errorf("%s: %v", encoding, err)
		}
	}
}

func TestALongValueCostsOneRow(t *testing.T) {
	type row struct {
		N    int      `parquet:"n"`
		Text string   `parquet:"text"`
		Tags []string `parquet:"tags"`
	}
	got := readParquet(t, pack(t, []row{{1, "a", nil}, {2, strings.Repeat("x", recordLimit+1), nil}, {3, "c", make([]string, repeatLimit+1)}, {4, "d", []string{"z"}}}))
	wantRows(t, got, "1|a|", `4|d|["z"]`)
	wantProblems(t, got, "record_long 2 0", "record_long 3 0")
}

func TestAFileWithoutRowsHasColumns(t *testing.T) {
	got := readParquet(t, pack(t, []entry{}))
	if len(got.rows) != 0 || len(got.Header) != 9 {
		t.Errorf("%+v", got)
	}
}

func FuzzParquet(f *testing.F) {
	cents := int64(5)
	listed := []invoice{{ID: 1, Tags: []string{"a"}, Lines: []line{{Text: "x", Cents: &cents}}}, {ID: 2}}
	for _, version := range []int{1, 2} {
		f.Add(pack(f, entries(3), parquet.DataPageVersion(version)))
		f.Add(pack(f, listed, parquet.DataPageVersion(version), parquet.Compression(&parquet.Snappy)))
		f.Add(pack(f, listed, parquet.DataPageVersion(version), parquet.Compression(&parquet.Zstd)))
	}
	f.Add(values(f, parquet.Decimal(4, 38, parquet.FixedLenByteArrayType(16)), bigEndian("-1", 16)))
	f.Add(values(f, parquet.Leaf(parquet.Int96Type), parquet.Int96Value(deprecated.Int96{2: 2440588})))
	f.Add([]byte("PAR1\x15\x00\x00\x00\x00\x00\x00\x00PAR1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := openParquet(content)
		drain(t, s, err)
	})
}

func BenchmarkParquet(b *testing.B) {
	content := pack(b, entries(200_000), parquet.Compression(&parquet.Snappy))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := openParquet(content)
		rows := 0
		for ; err == nil; rows++ {
			_, err = s.Next()
		}
		if err != io.EOF || rows != 200_001 {
			b.Fatal(rows, err)
		}
	}
}
