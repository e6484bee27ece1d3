package account

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// matrix is a QR code, to be drawn by a browser: a path over Size by Size modules, the quiet ones around it included.
type matrix struct {
	Size int
	Path string
}

// quiet is how many light modules stand around a code (ISO/IEC 18004, 9.1).
const quiet = 4

func matrixOf(text string) (matrix, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return matrix{}, err
	}
	bounds := code.Bounds()
	var path strings.Builder
	for y := range bounds.Dy() {
		for x := 0; x < bounds.Dx(); {
			run := 0
			for x+run < bounds.Dx() && code.At(x+run, y) == color.Black {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			}
			x += run + 1
		}
	}
	return matrix{Size: bounds.Dx() + 2*quiet, Path: path.String()}, nil
}
