package picture_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"

	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/picture"
)

func store(t testing.TB) (*picture.Store, blob.Store) {
	t.Helper()
	blobs, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return picture.New(blobs), blobs
}

// corner is a picture that is blue but for a red upper left quarter, so that one sees how it lies.
func corner(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, color.RGBA{B: 255, A: 255})
			if x < width/2 && y < height/2 {
				img.Set(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func asGIF(t testing.TB) []byte {
	t.Helper()
	colours := color.Palette{color.RGBA{R: 255, A: 255}, color.RGBA{G: 255, A: 255}}
	first, second := image.NewPaletted(image.Rect(0, 0, 20, 10), colours), image.NewPaletted(image.Rect(0, 0, 20, 10), colours)
	for i := range second.Pix {
		second.Pix[i] = 1
	}
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// redWebP is one red pixel: a stream of VP8L in which each of the five codes has a single symbol.
func redWebP() []byte {
	bits := "1000" + "101" + "11111111" + "1000" + "101" + "11111111" + "1000" // green 0, red 255, blue 0, opaque, distance 0
	stream := []byte{0x2f, 0, 0, 0, 0}
	bits = "000" + bits // no transform, no cache, no meta codes
	for ; bits != ""; bits = bits[min(8, len(bits)):] {
		var b byte
		for i, bit := range bits[:min(8, len(bits))] {
			if bit == '1' {
				b |= 1 << i
			}
		}
		stream = append(stream, b)
	}
	if len(stream)%2 == 1 {
		stream = append(stream, 0)
	}
	chunk := append(binary.LittleEndian.AppendUint32([]byte("WEBPVP8L"), uint32(len(stream))), stream...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(chunk))), chunk...)
}

// byteOrder is one of the two in which Exif may be written.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// withExif puts an Exif segment with an orientation, and a camera's secrets, behind the first marker.
func withExif(file []byte, order byteOrder, orientation uint16) []byte {
	tiff := []byte("II*\x00")
	if order == byteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 33.5731 -7.5898 Salma Bennani"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
	return append(append(out, segment...), file[2:]...)
}

func read(t testing.TB, s *picture.Store, p picture.Picture, size picture.Size) ([]byte, image.Image) {
	t.Helper()
	file, err := s.Open(context.Background(), p, size)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("what is kept is no JPEG: %v", err)
	}
	return content, img
}

func red(c color.Color) bool {
	r, _, b, _ := c.RGBA()
	return r > 0xc000 && b < 0x4000
}

func TestEveryFormatIsKeptAsTwoJPEGs(t *testing.T) {
	s, _ := store(t)
	for name, file := range map[string][]byte{
		"jpeg": asJPEG(t, corner(400, 200)), "png": asPNG(t, corner(400, 200)), "gif": asGIF(t), "webp": redWebP(),
	} {
		kept, err := s.Keep(t.Context(), bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, size := range []picture.Size{picture.Small, picture.Large} {
			_, img := read(t, s, kept, size)
			if !red(img.At(0, 0)) {
				t.Errorf("%s %s: the first pixel is %v, not red", name, size, img.At(0, 0))
			}
		}
	}
}

func TestPicturesFitAndKeepTheirShape(t *testing.T) {
	s, _ := store(t)
	for _, rule := range []struct{ width, height, large, largeHigh, small, smallHigh int }{
		{4000, 2000, 1600, 800, 320, 160},
		{300, 200, 300, 200, 300, 200}, // never enlarged
		{600, 300, 600, 300, 320, 160},
		{1, 9000, 1, 3200, 1, 640}, // a strip
	} {
		kept, err := s.Keep(t.Context(), bytes.NewReader(asPNG(t, corner(rule.width, rule.height))))
		if err != nil {
			t.Fatal(err)
		}
		_, large := read(t, s, kept, picture.Large)
		_, small := read(t, s, kept, picture.Small)
		got := [4]int{large.Bounds().Dx(), large.Bounds().Dy(), small.Bounds().Dx(), small.Bounds().Dy()}
		if got != [4]int{rule.large, rule.largeHigh, rule.small, rule.smallHigh} || kept.Width != got[0] || kept.Height != got[1] {
			t.Errorf("%d×%d became %v (said to be %d×%d)", rule.width, rule.height, got, kept.Width, kept.Height)
		}
	}
}

func TestAPictureStandsAsTheCameraWasHeld(t *testing.T) {
	s, _ := store(t)
	// Where the red quarter, the upper left one of the file, belongs for each orientation: right, down.
	for orientation, place := range map[uint16][2]bool{
		0: {false, false}, 1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true},
		5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}, 9: {false, false},
	} {
		for _, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
			kept, err := s.Keep(t.Context(), bytes.NewReader(withExif(asJPEG(t, corner(400, 200)), order, orientation)))
			if err != nil {
				t.Fatal(err)
			}
			if sideways := kept.Height > kept.Width; sideways != (orientation >= 5 && orientation <= 8) {
				t.Errorf("orientation %d: %d×%d", orientation, kept.Width, kept.Height)
			}
			_, img := read(t, s, kept, picture.Small)
			x, y := img.Bounds().Dx()/4, img.Bounds().Dy()/4
			if place[0] {
				x *= 3
			}
			if place[1] {
				y *= 3
			}
			if !red(img.At(x, y)) {
				t.Errorf("orientation %d: %v at %d, %d", orientation, img.At(x, y), x, y)
			}
		}
	}
}

func TestAPictureFitsOnceItIsTurned(t *testing.T) {
	s, _ := store(t)
	kept, err := s.Keep(t.Context(), bytes.NewReader(withExif(asJPEG(t, corner(800, 2400)), binary.LittleEndian, 6)))
	if err != nil {
		t.Fatal(err)
	}
	if kept.Width != 1600 || kept.Height != 533 {
		t.Errorf("%d×%d", kept.Width, kept.Height)
	}
}

func TestNothingIsKeptThatACameraWroteBesideThePicture(t *testing.T) {
	s, _ := store(t)
	kept, err := s.Keep(t.Context(), bytes.NewReader(withExif(asJPEG(t, corner(40, 20)), binary.LittleEndian, 6)))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []picture.Size{picture.Small, picture.Large} {
		if content, _ := read(t, s, kept, size); bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("Exif")) {
			t.Errorf("%s still tells where it was taken", size)
		}
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	s, _ := store(t)
	kept, err := s.Keep(t.Context(), bytes.NewReader(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 10, 10)))))
	if err != nil {
		t.Fatal(err)
	}
	if _, img := read(t, s, kept, picture.Large); !bright(img.At(5, 5)) {
		t.Errorf("got %v", img.At(5, 5))
	}
}

func bright(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r > 0xf000 && g > 0xf000 && b > 0xf000
}

// bomb is a PNG of few bytes that says it is enormous, all black.
func bomb(width, height uint32, bits byte) []byte {
	chunk := func(kind string, data []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		out = append(append(out, kind...), data...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	header := binary.BigEndian.AppendUint32(nil, width)
	header = append(binary.BigEndian.AppendUint32(header, height), bits, 6, 0, 0, 0)
	var data bytes.Buffer
	packer := zlib.NewWriter(&data)
	_, _ = packer.Write(make([]byte, 1<<20))
	_ = packer.Close()
	file := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", header)...)
	return append(append(file, chunk("IDAT", data.Bytes())...), chunk("IEND", nil)...)
}

// scans is a small JPEG that is gone over many times.
func scans(t *testing.T, n int) []byte {
	file := asJPEG(t, corner(16, 16))
	return append(file[:len(file)-2], bytes.Repeat([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0}, n)...)
}

func TestRubbishAndBombsAreRefusedWithTheirReason(t *testing.T) {
	s, _ := store(t)
	whole := asJPEG(t, corner(400, 200))
	for name, rule := range map[string]struct {
		file []byte
		key  string
	}{
		"nothing":              {nil, "picture.unknown_format"},
		"words":                {[]byte("Bonjour, ceci est une photo.jpg"), "picture.unknown_format"},
		"a page":               {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "picture.unknown_format"},
		"a drawing":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "picture.unknown_format"},
		"half a picture":       {whole[:len(whole)/2], "picture.broken"},
		"a header alone":       {whole[:20], "picture.broken"},
		"more than 50 million": {bomb(10_000, 5_001, 8), "picture.too_many_pixels"},
		"wide as the sea":      {bomb(1<<31-1, 1, 8), "picture.too_many_pixels"},
		"16 bits a channel":    {bomb(6_000, 5_000, 16), "picture.too_many_pixels"},
		"endless scans":        {scans(t, 1000), "picture.too_many_pixels"},
		"more than 15 MB":      {append(whole, make([]byte, picture.MaxBytes)...), "picture.too_large"},
	} {
		_, err := s.Keep(t.Context(), bytes.NewReader(rule.file))
		known, ok := errors.AsType[*errs.Error](err)
		if !ok || known.Code != errs.Invalid || known.Key != rule.key || len(known.Fields) != 1 || known.Fields[0].Name != "photo" {
			t.Errorf("%s: got %v, want %s", name, err, rule.key)
		}
	}
}

func TestABombIsRefusedBeforeItIsDecoded(t *testing.T) {
	s, _ := store(t)
	file := bomb(30_000, 30_000, 8)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := s.Keep(context.Background(), bytes.NewReader(file)); err == nil {
				b.Fatal("kept")
			}
		}
	})
	if result.AllocedBytesPerOp() > 4<<20 {
		t.Errorf("refusing took %d bytes of memory", result.AllocedBytesPerOp())
	}
}

func TestTheSamePictureOfTwoPeopleIsForgottenApart(t *testing.T) {
	s, _ := store(t)
	file := asJPEG(t, corner(40, 20))
	first, err := s.Keep(t.Context(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Keep(t.Context(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(t.Context(), first, picture.Large); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("the forgotten one: %v", err)
	}
	read(t, s, second, picture.Large)
}

func TestNothingIsDoneForSomebodyWhoHasGone(t *testing.T) {
	s, _ := store(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Keep(ctx, bytes.NewReader(asPNG(t, corner(8, 8)))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzKeep(f *testing.F) {
	f.Add(asJPEG(f, corner(16, 8)))
	f.Add(withExif(asJPEG(f, corner(16, 8)), binary.BigEndian, 6))
	f.Add(asPNG(f, corner(16, 8)))
	f.Add(asGIF(f))
	f.Add(redWebP())
	f.Add(bomb(10_000, 10_000, 8))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8X"))
	s, _ := store(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		kept, err := s.Keep(t.Context(), bytes.NewReader(file))
		if errs.CodeOf(err) == errs.Invalid {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		read(t, s, kept, picture.Small)
		read(t, s, kept, picture.Large)
	})
}
