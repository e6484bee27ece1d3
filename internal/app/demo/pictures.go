package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// palettes are the glazes of the tiles: ground, star, cross and joint.
var palettes = [][4]color.RGBA{
	{{0xf3, 0xec, 0xe2, 0xff}, {0x1d, 0x58, 0x70, 0xff}, {0xf9, 0x73, 0x16, 0xff}, {0xd9, 0xcd, 0xbb, 0xff}},
	{{0xfa, 0xf7, 0xf2, 0xff}, {0x1c, 0x62, 0x44, 0xff}, {0xff, 0xa5, 0x59, 0xff}, {0xd6, 0xcc, 0xbe, 0xff}},
	{{0xe1, 0xef, 0xf4, 0xff}, {0x24, 0x4a, 0x86, 0xff}, {0xf6, 0xc7, 0x9a, 0xff}, {0xb9, 0xcb, 0xd4, 0xff}},
	{{0xff, 0xed, 0xdb, 0xff}, {0x9a, 0x34, 0x12, 0xff}, {0x7d, 0x4a, 0x00, 0xff}, {0xe6, 0xc9, 0xa8, 0xff}},
	{{0x2e, 0x26, 0x20, 0xff}, {0xe8, 0xde, 0xd0, 0xff}, {0xd9, 0x64, 0x0a, 0xff}, {0x4a, 0x3d, 0x33, 0xff}},
}

// tiles draws a wall of zellige, eight-pointed stars between crosses: real photos are not to be had, and grey boxes nobody wants to see.
// Small pictures come as PNG, others as JPEG.
func tiles(variant, width, height int) ([]byte, error) {
	colours := palettes[variant%len(palettes)]
	cell := 300 + 80*(variant%3)
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := colours[tileAt(x%cell, y%cell, cell)]
			// Light falls from above on one side, and no glaze is quite like its neighbour.
			shade := 255 - (x*18/width + y*30/height) - (x/cell*31+y/cell*17+variant*13)%14
			i := picture.PixOffset(x, y)
			picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2], picture.Pix[i+3] = dim(c.R, shade), dim(c.G, shade), dim(c.B, shade), 0xff
		}
	}
	var out bytes.Buffer
	if width <= 800 {
		err := png.Encode(&out, picture)
		return out.Bytes(), err
	}
	err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 88})
	return out.Bytes(), err
}

func dim(value uint8, shade int) uint8 { return uint8(int(value) * shade / 255) } //nolint:gosec // shade is below 256

// tileAt says which piece of the pattern a point of a cell belongs to: 0 ground, 1 star, 2 the heart of it, 3 joint.
func tileAt(x, y, cell int) int {
	dx, dy := abs(2*x-cell), abs(2*y-cell) // distances from the middle, doubled
	square, diamond := max(dx, dy), (dx+dy)*1000/1414
	star := min(square, diamond) // two squares, one turned by 45 degrees, make the star
	switch edge := cell * 7 / 10; {
	case star < cell*3/10:
		return 2
	case star < cell*34/100:
		return 3
	case star < edge:
		return 1
	case star < edge+cell/20:
		return 3
	}
	return 0
}

func abs(n int) int { return max(n, -n) }

// onePage is the smallest document that readers of PDF open: a blank page.
var onePage = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
