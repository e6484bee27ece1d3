package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation says how a camera was held, as Exif counts it (CIPA DC-008, 4.6.5.1.6): the corner of the scene that the first pixel
// of the file shows.
type orientation int

const (
	upright orientation = iota + 1
	mirrored
	upsideDown
	flipped
	transposed
	leftTurned // is put right by turning it clockwise
	transversed
	rightTurned
)

// sideways says whether putting it right swaps width and height.
func (o orientation) sideways() bool { return o >= transposed && o <= rightTurned }

// apply returns the picture as the scene was.
func (o orientation) apply(source *image.RGBA) *image.RGBA {
	if o == upright {
		return source
	}
	width, height := source.Rect.Dx(), source.Rect.Dy()
	turned := image.NewRGBA(image.Rect(0, 0, width, height))
	if o.sideways() {
		turned = image.NewRGBA(image.Rect(0, 0, height, width))
	}
	right, bottom := width-1, height-1
	for y := range height {
		for x := range width {
			var toX, toY int
			switch o {
			case mirrored:
				toX, toY = right-x, y
			case upsideDown:
				toX, toY = right-x, bottom-y
			case flipped:
				toX, toY = x, bottom-y
			case transposed:
				toX, toY = y, x
			case leftTurned:
				toX, toY = bottom-y, x
			case transversed:
				toX, toY = bottom-y, right-x
			case rightTurned:
				toX, toY = y, right-x
			}
			copy(turned.Pix[turned.PixOffset(toX, toY):][:4], source.Pix[source.PixOffset(x, y):][:4])
		}
	}
	return turned
}

// orientationOf reads a JPEG's Exif. What has none, or a broken one, is upright.
func orientationOf(file []byte) orientation {
	const (
		marker       = 0xff
		application1 = 0xe1
		startOfScan  = 0xda
		headerBytes  = 4
	)
	for at := 2; at+headerBytes <= len(file) && file[at] == marker && file[at+1] != startOfScan; {
		length := int(binary.BigEndian.Uint16(file[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(file) {
			return upright
		}
		if segment, ok := bytes.CutPrefix(file[at+headerBytes:end], []byte("Exif\x00\x00")); ok && file[at+1] == application1 {
			return orientationIn(segment)
		}
		at = end
	}
	return upright
}

// orientationIn reads the first directory of a TIFF structure.
func orientationIn(tiff []byte) orientation {
	const (
		headerBytes    = 8
		entryBytes     = 12
		maxEntries     = 1000
		orientationTag = 0x0112
		short          = 3
	)
	if len(tiff) < headerBytes {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := min(int(order.Uint16(tiff[at:])), maxEntries)
	for i := range entries {
		from := at + 2 + int64(i)*entryBytes
		if from+entryBytes > int64(len(tiff)) {
			return upright
		}
		entry := tiff[from:]
		if order.Uint16(entry) != orientationTag || order.Uint16(entry[2:]) != short {
			continue
		}
		if found := orientation(order.Uint16(entry[8:])); found >= upright && found <= rightTurned {
			return found
		}
		return upright
	}
	return upright
}
