package catalog

import "math"

const earthRadiusMetres = 6_371_000

// vector is a place on the unit sphere. Between two vectors the haversine is a quarter of the squared chord, so that measuring
// thousands of distances needs the trigonometry of latitudes and longitudes only once for each place.
type vector struct{ x, y, z float64 }

func vectorOf(p Point) vector {
	lat, lon := p.Latitude*math.Pi/180, p.Longitude*math.Pi/180
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

// metresTo is the distance over the ground, on a sphere (haversine formula).
func (v vector) metresTo(o vector) int {
	x, y, z := v.x-o.x, v.y-o.y, v.z-o.z
	haversine := (x*x + y*y + z*z) / 4
	return int(math.Round(2 * earthRadiusMetres * math.Asin(math.Sqrt(min(haversine, 1)))))
}
