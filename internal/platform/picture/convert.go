package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"khadamat/internal/platform/errs"
)

// format is one of the ways in which pictures are sent, told by how its files begin.
type format struct {
	name   string
	begins func(file []byte) bool
	config func(file []byte) (image.Config, error)
	decode func(file []byte) (image.Image, error)
}

var formats = []format{
	{"jpeg", func(f []byte) bool { return bytes.HasPrefix(f, []byte{0xff, 0xd8, 0xff}) },
		func(f []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(f)) },
		func(f []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(f)) }},
	{"png", func(f []byte) bool { return bytes.HasPrefix(f, []byte("\x89PNG\r\n\x1a\n")) },
		func(f []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(f)) },
		func(f []byte) (image.Image, error) { return png.Decode(bytes.NewReader(f)) }},
	{"gif", func(f []byte) bool {
		return bytes.HasPrefix(f, []byte("GIF87a")) || bytes.HasPrefix(f, []byte("GIF89a"))
	},
		func(f []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(f)) },
		func(f []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(f)) }}, // its first frame
	{"webp", func(f []byte) bool { return len(f) > 12 && string(f[:4]) == "RIFF" && string(f[8:12]) == "WEBP" },
		func(f []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(f)) },
		func(f []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(f)) }},
}

const (
	maxPixels = 50_000_000
	// maxDecodedBytes keeps pictures of 16 bits a channel to half as many pixels.
	maxDecodedBytes = 4 * maxPixels
	// maxScans bounds how often a progressive JPEG is gone over. Cameras and editors make about ten scans; a file of nothing but empty
	// ones would keep a processor busy for hours.
	maxScans = 64
)

// converted is a picture in both sizes, as JPEG. Width and height are those of the large one.
type converted struct {
	small, large  []byte
	width, height int
}

// convert makes both sizes of a picture, or says why it cannot.
func convert(file []byte) (converted, error) {
	known, err := inspect(file)
	if err != nil {
		return converted{}, err
	}
	decoded, err := decodeSafely(known, file)
	if err != nil {
		return converted{}, refused("picture.broken", nil, err)
	}
	turn := upright
	if known.name == "jpeg" {
		turn = orientationOf(file)
	}
	large := turn.apply(scale(decoded, turn, Large))
	small := scale(large, upright, Small)
	made := converted{width: large.Bounds().Dx(), height: large.Bounds().Dy()}
	if made.large, err = encode(large, Large); err != nil {
		return converted{}, err
	}
	made.small, err = encode(small, Small)
	return made, err
}

// inspect looks at the file's first bytes and its header alone.
func inspect(file []byte) (format, error) {
	for _, f := range formats {
		if !f.begins(file) {
			continue
		}
		config, err := f.config(file)
		if err != nil || config.Width < 1 || config.Height < 1 {
			return f, refused("picture.broken", nil, err)
		}
		pixels := int64(config.Width) * int64(config.Height)
		tooManyScans := f.name == "jpeg" && bytes.Count(file, []byte{0xff, 0xda}) > maxScans
		if pixels > maxPixels || pixels*bytesPerPixel(config.ColorModel) > maxDecodedBytes || tooManyScans {
			return f, refused("picture.too_many_pixels", errs.Args{"Megapixels": maxPixels / 1_000_000}, nil)
		}
		return f, nil
	}
	return format{}, refused("picture.unknown_format", nil, nil)
}

func bytesPerPixel(model color.Model) int64 {
	switch model {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// decodeSafely turns a decoder's panic into an error: what is decoded is anybody's to write.
func decodeSafely(f format, file []byte) (decoded image.Image, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("decode %s: %v", f.name, problem)
		}
	}()
	decoded, err = f.decode(file)
	if err == nil && decoded.Bounds().Empty() {
		err = fmt.Errorf("decode %s: nothing to see", f.name)
	}
	return decoded, err
}

// scale returns the picture on white, no larger than the size allows once it is turned. It never enlarges.
func scale(source image.Image, turn orientation, size Size) *image.RGBA {
	bounds := source.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	widest, highest := maxWidth[size], 2*maxWidth[size]
	if turn.sideways() {
		widest, highest = highest, widest
	}
	if width > widest {
		width, height = widest, max(1, height*widest/width)
	}
	if height > highest {
		width, height = max(1, width*highest/height), highest
	}
	scaled := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(scaled, scaled.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), source, bounds, draw.Over, nil)
	return scaled
}

func encode(picture image.Image, size Size) ([]byte, error) {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: quality[size]}); err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	return file.Bytes(), nil
}
