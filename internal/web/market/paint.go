package market

import (
	"strings"

	"khadamat/internal/platform/drawing"
	"khadamat/internal/web/assets"
)

// The measures of pictures that go with links, as those who show them want them, and where things stand.
const (
	pictureWidth, pictureHeight = 1200, 630
	pictureMargin               = 72
	pictureWords                = 650 // how wide words run
	pictureLine                 = 44  // from one line of small words to the next
	pictureWordsEnd             = 490 // where words end and facts begin
)

var (
	groundColour  = drawing.Colour("#faf7f2")
	headingColour = drawing.Colour("#241a12")
	mutedColour   = drawing.Colour("#665c52")
	brandColour   = drawing.Colour("#f97316")
	whiteColour   = drawing.Colour("#ffffff")
	starColour    = drawing.Colour("#d9640a")
	tileColours   = []string{"#f97316", "#2f7f79", "#ffa559", "#7a2e06"}
)

// wideDrawing is a scene rather than a thing, and takes more room.
const wideDrawing = "hero"

// paint draws a picture. In Arabic everything stands on the other side.
func paint(shown picture) ([]byte, error) {
	canvas := drawing.NewCanvas(pictureWidth, pictureHeight, groundColour)
	right := shown.Language == "ar"
	paintTiles(canvas)
	if err := paintDrawing(canvas, shown.Drawing, right); err != nil {
		return nil, err
	}
	edge := func(offset float64) float64 {
		if right {
			return pictureWidth - pictureMargin - offset
		}
		return pictureMargin + offset
	}
	paintMark(canvas, edge(34), 106, 30)
	canvas.Text(shown.Brand, edge(88), 120, 500, 1, 0, drawing.Style{Size: 42, Weight: drawing.Heavy, Colour: headingColour, Right: right})

	title := drawing.Style{Size: 70, Weight: drawing.Heavy, Colour: headingColour, Right: right}
	leading, width := 80.0, float64(pictureWords)
	if right {
		title.Size, leading = 64, 92
	}
	if shown.Drawing == wideDrawing {
		width -= 80
	}
	after := canvas.Text(shown.Title, edge(0), 248, width, 3, leading, title) - leading + title.Size
	if room := int((pictureWordsEnd-after)/pictureLine) + 1; room > 0 {
		canvas.Text(shown.Line, edge(0), after, width, room, pictureLine, drawing.Style{Size: 30, Weight: drawing.Regular, Colour: mutedColour, Right: right})
	}
	paintFacts(canvas, shown, edge, right)
	return canvas.PNG()
}

// paintFacts writes the last line: a star with the mean, and a few facts.
func paintFacts(canvas *drawing.Canvas, shown picture, edge func(float64) float64, right bool) {
	const baseline = 540
	offset := 0.0
	strong := drawing.Style{Size: 34, Weight: drawing.Heavy, Colour: headingColour, Right: right}
	if shown.Stars != "" {
		paintStar(canvas, edge(20), baseline-12, 20)
		canvas.Text(shown.Stars, edge(50), baseline, 200, 1, 0, strong)
		offset = 50 + drawing.Width(shown.Stars, strong) + 16
	}
	if len(shown.Facts) > 0 {
		canvas.Text(strings.Join(shown.Facts, " · "), edge(offset), baseline, pictureWords+60-offset, 1, 0, drawing.Style{Size: 32, Weight: drawing.Regular, Colour: mutedColour, Right: right})
	}
}

func paintDrawing(canvas *drawing.Canvas, name string, right bool) error {
	content, err := assets.Content("illustrations/" + name + ".svg")
	if err != nil {
		return err
	}
	size, x, y := 430.0, 712.0, 84.0
	if name == wideDrawing {
		size, x, y = 520, 660, 110
	}
	if right {
		x = pictureWidth - x - size
	}
	return canvas.Drawing(content, x, y, size)
}

// paintTiles draws a row of tiles along the foot, as a wall of zellige has it.
func paintTiles(canvas *drawing.Canvas) {
	const size, foot = 40.0, pictureHeight - 20.0
	band := &drawing.Path{}
	band.Rectangle(0, pictureHeight-40, pictureWidth, 40, 0)
	canvas.Fill(band, drawing.Colour("#f3ece2"))
	for i := range int(pictureWidth/size) + 1 {
		x := float64(i) * size
		tile := &drawing.Path{}
		tile.MoveTo(x, foot-13)
		tile.LineTo(x+13, foot)
		tile.LineTo(x, foot+13)
		tile.LineTo(x-13, foot)
		canvas.Fill(tile, drawing.Colour(tileColours[i%len(tileColours)]))
	}
}

// paintMark draws the sign of the site around a point: the eight-pointed star with a door.
func paintMark(canvas *drawing.Canvas, x, y, half float64) {
	scale := half / 14.85
	to := drawing.Scaling(scale, x-16*scale, y-16*scale)
	for _, degrees := range []float64{0, 45} {
		square := &drawing.Path{}
		square.Rectangle(5.5, 5.5, 21, 21, 2.5)
		canvas.Fill(square.Under(drawing.Rotation(degrees, 16, 16).Then(to)), brandColour)
	}
	door := &drawing.Path{}
	door.MoveTo(11.5, 22.5)
	door.LineTo(11.5, 16)
	door.CurveTo(11.5, 13, 13.5, 10.8, 16, 9.5)
	door.CurveTo(18.5, 10.8, 20.5, 13, 20.5, 16)
	door.LineTo(20.5, 22.5)
	canvas.Fill(door.Under(to), whiteColour)
	knob := &drawing.Path{}
	knob.Ellipse(18, 17.5, 1, 1)
	canvas.Fill(knob.Under(to), brandColour)
}

// paintStar draws the star of ratings around a point.
func paintStar(canvas *drawing.Canvas, x, y, half float64) {
	corners := [...]drawing.Point{
		{X: 12, Y: 2.8}, {X: 14.75, Y: 8.55}, {X: 21, Y: 9.4}, {X: 16.45, Y: 13.8}, {X: 17.55, Y: 20.05},
		{X: 12, Y: 17}, {X: 6.45, Y: 20.05}, {X: 7.55, Y: 13.8}, {X: 3, Y: 9.4}, {X: 9.25, Y: 8.55},
	}
	scale := half / 9
	star := &drawing.Path{}
	for i, corner := range corners {
		if i == 0 {
			star.MoveTo(corner.X, corner.Y)
		} else {
			star.LineTo(corner.X, corner.Y)
		}
	}
	canvas.Fill(star.Under(drawing.Scaling(scale, x-12*scale, y-12*scale)), starColour)
}
