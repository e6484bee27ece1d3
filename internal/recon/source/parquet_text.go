package source

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

const (
	// decimalLimit is the most bytes of a decimal, and scaleLimit the most places: decimals of 76 digits take 32 bytes.
	decimalLimit = 64
	scaleLimit   = 100
)

// writer appends a value as text, or what there is in its place, and says whether it can be one of its type.
type writer func(dst []byte, v parquetValue) ([]byte, bool)

// newWriter returns how the values of an element are written, and whether that is as a string in JSON.
func newWriter(element *format.SchemaElement) (write writer, quoted bool, err error) {
	kind := element.Type.V
	binaries := kind == format.ByteArray || kind == format.FixedLenByteArray
	integers := kind == format.Int32 || kind == format.Int64
	converted := deprecated.ConvertedType(-1)
	if element.ConvertedType.Valid {
		converted = element.ConvertedType.V
	}
	switch logical := element.LogicalType.Value.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		if binaries {
			return writeText, true, nil
		}
	case *format.DecimalType:
		return newDecimalWriter(kind, logical.Scale)
	case *format.DateType:
		if kind == format.Int32 {
			return writeDate, true, nil
		}
	case *format.TimeType:
		if integers && logical.Unit.Value != nil {
			return timeWriter(logical.Unit.Value.Duration()), true, nil
		}
	case *format.TimestampType:
		if kind == format.Int64 && logical.Unit.Value != nil {
			return timestampWriter(logical.Unit.Value.Duration(), logical.IsAdjustedToUTC), true, nil
		}
	case *format.IntType:
		if integers && !logical.IsSigned {
			return unsignedWriter(kind), false, nil
		}
	case *format.UUIDType:
		if width(element) == 16 && kind == format.FixedLenByteArray {
			return writeUUID, true, nil
		}
	case *format.Float16Type:
		if width(element) == 2 && kind == format.FixedLenByteArray {
			return writeHalf, false, nil
		}
	}
	switch {
	case binaries && (converted == deprecated.UTF8 || converted == deprecated.Enum || converted == deprecated.Json):
		return writeText, true, nil
	case converted == deprecated.Decimal:
		return newDecimalWriter(kind, element.Scale.V)
	case kind == format.Int32 && converted == deprecated.Date:
		return writeDate, true, nil
	case integers && converted == deprecated.TimeMillis:
		return timeWriter(time.Millisecond), true, nil
	case integers && converted == deprecated.TimeMicros:
		return timeWriter(time.Microsecond), true, nil
	case integers && converted == deprecated.TimestampMillis:
		return timestampWriter(time.Millisecond, true), true, nil
	case integers && converted == deprecated.TimestampMicros:
		return timestampWriter(time.Microsecond, true), true, nil
	case integers && converted >= deprecated.Uint8 && converted <= deprecated.Uint64:
		return unsignedWriter(kind), false, nil
	case width(element) == 12 && kind == format.FixedLenByteArray && converted == deprecated.Interval:
		return writeInterval, true, nil
	}
	switch kind {
	case format.Boolean:
		return func(dst []byte, v parquetValue) ([]byte, bool) { return strconv.AppendBool(dst, v.number != 0), true }, false, nil
	case format.Int32, format.Int64:
		return func(dst []byte, v parquetValue) ([]byte, bool) { return strconv.AppendInt(dst, v.number, 10), true }, false, nil
	case format.Float:
		return func(dst []byte, v parquetValue) ([]byte, bool) {
			return appendFloat(dst, float64(math.Float32frombits(uint32(v.number))), 32), true
		}, false, nil
	case format.Double:
		return func(dst []byte, v parquetValue) ([]byte, bool) {
			return appendFloat(dst, math.Float64frombits(uint64(v.number)), 64), true
		}, false, nil
	case format.Int96:
		return writeInt96, true, nil
	case format.ByteArray, format.FixedLenByteArray:
		return writeBytes, true, nil
	}
	return nil, false, parquetForeign(kind.String())
}

func writeText(dst []byte, v parquetValue) ([]byte, bool) {
	return append(dst, v.bytes...), utf8.Valid(v.bytes)
}

// writeBytes writes bytes of which nothing says what they are: older writers mean text.
func writeBytes(dst []byte, v parquetValue) ([]byte, bool) {
	if utf8.Valid(v.bytes) {
		return append(dst, v.bytes...), true
	}
	return hex.AppendEncode(dst, v.bytes), true
}

// appendFloat writes a plain decimal with as few digits as tell it from its neighbours. What is not a number is empty: so the
// libraries of tables write what is missing.
func appendFloat(dst []byte, f float64, size int) []byte {
	if math.IsNaN(f) {
		return dst
	}
	return strconv.AppendFloat(dst, f, 'f', -1, size)
}

func writeHalf(dst []byte, v parquetValue) ([]byte, bool) {
	h := binary.LittleEndian.Uint16(v.bytes)
	exponent, fraction := int(h>>10&0x1F), float64(h&0x3FF)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(fraction, -24)
	case 0x1F:
		f = math.Inf(1)
		if fraction > 0 {
			f = math.NaN()
		}
	default:
		f = math.Ldexp(1024+fraction, exponent-25)
	}
	if h>>15 == 1 {
		f = -f
	}
	return appendFloat(dst, f, 32), true
}

func unsignedWriter(kind format.Type) writer {
	return func(dst []byte, v parquetValue) ([]byte, bool) {
		if kind == format.Int32 {
			return strconv.AppendUint(dst, uint64(uint32(v.number)), 10), true
		}
		return strconv.AppendUint(dst, uint64(v.number), 10), true
	}
}

// newDecimalWriter writes whole numbers, or big-endian ones in bytes, with places decimal places.
func newDecimalWriter(kind format.Type, places int32) (writer, bool, error) {
	if places < 0 || places > scaleLimit || kind == format.Boolean || kind == format.Float || kind == format.Double || kind == format.Int96 {
		return nil, false, parquetBroken("decimal")
	}
	return func(dst []byte, v parquetValue) ([]byte, bool) {
		var digits [32]byte
		if v.bytes == nil {
			return appendDecimal(dst, strconv.AppendInt(digits[:0], v.number, 10), int(places)), true
		}
		if len(v.bytes) > decimalLimit || len(v.bytes) == 0 {
			return hex.AppendEncode(dst, v.bytes[:min(len(v.bytes), decimalLimit)]), false
		}
		n := new(big.Int).SetBytes(v.bytes)
		if v.bytes[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(v.bytes))*8))
		}
		return appendDecimal(dst, n.Append(digits[:0], 10), int(places)), true
	}, false, nil
}

// appendDecimal sets the point into digits, before the last places of them.
func appendDecimal(dst, digits []byte, places int) []byte {
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	whole := max(len(digits)-places, 0)
	if whole == 0 {
		dst = append(dst, '0')
	}
	dst = append(dst, digits[:whole]...)
	if places == 0 {
		return dst
	}
	dst = append(dst, '.')
	for range places - (len(digits) - whole) {
		dst = append(dst, '0')
	}
	return append(dst, digits[whole:]...)
}

func writeDate(dst []byte, v parquetValue) ([]byte, bool) {
	return appendTime(dst, time.Unix(v.number*86400, 0), "2006-01-02")
}

func timeWriter(unit time.Duration) writer {
	return func(dst []byte, v parquetValue) ([]byte, bool) {
		if v.number < 0 || v.number >= int64(24*time.Hour/unit) {
			return strconv.AppendInt(dst, v.number, 10), false
		}
		return appendTime(dst, time.Unix(0, v.number*int64(unit)), "15:04:05.999999999")
	}
}

// timestampWriter writes moments: where the file says which they are, with their zone, which is UTC, otherwise without.
func timestampWriter(unit time.Duration, zone bool) writer {
	layout, perSecond := "2006-01-02T15:04:05.999999999", int64(time.Second/unit)
	if zone {
		layout += "Z07:00"
	}
	return func(dst []byte, v parquetValue) ([]byte, bool) {
		seconds, rest := v.number/perSecond, v.number%perSecond
		return appendTime(dst, time.Unix(seconds, rest*int64(unit)), layout)
	}
}

// writeInt96 writes the timestamps of older writers: nanoseconds of the day, then the Julian day.
func writeInt96(dst []byte, v parquetValue) ([]byte, bool) {
	const epoch = 2440588
	nanoseconds, day := binary.LittleEndian.Uint64(v.bytes), binary.LittleEndian.Uint32(v.bytes[8:])
	if nanoseconds >= uint64(24*time.Hour) {
		return hex.AppendEncode(dst, v.bytes), false
	}
	return appendTime(dst, time.Unix((int64(day)-epoch)*86400, int64(nanoseconds)), "2006-01-02T15:04:05.999999999")
}

// appendTime writes t in UTC. Years of other than four digits are in no file on purpose.
func appendTime(dst []byte, t time.Time, layout string) ([]byte, bool) {
	t = t.UTC()
	return t.AppendFormat(dst, layout), t.Year() >= 0 && t.Year() <= 9999
}

func writeUUID(dst []byte, v parquetValue) ([]byte, bool) {
	for i, b := range v.bytes {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, []byte{b})
	}
	return dst, true
}

// writeInterval writes months, days and milliseconds as ISO 8601 does: P1M2DT3.500S.
func writeInterval(dst []byte, v parquetValue) ([]byte, bool) {
	number := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(v.bytes[i*4:])) }
	dst = append(strconv.AppendUint(append(dst, 'P'), number(0), 10), 'M')
	dst = append(strconv.AppendUint(dst, number(1), 10), "DT"...)
	dst = appendDecimal(dst, strconv.AppendUint(nil, number(2), 10), 3)
	return append(dst, 'S'), true
}
