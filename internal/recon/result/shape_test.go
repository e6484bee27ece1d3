package result_test

import (
	"testing"

	"khadamat/internal/recon/result"
)

func TestTheShapeOfAMatchIsHowManyItHasOfEachSide(t *testing.T) {
	for _, c := range []struct {
		one, others int
		want        result.Kind
	}{
		{1, 1, result.OneToOne}, {1, 3, result.OneToMany}, {2, 1, result.ManyToOne}, {2, 2, result.ManyToMany}, {2, 0, result.Offset}, {0, 2, result.Offset},
	} {
		if got := result.Shape(c.one, c.others); got != c.want {
			t.Errorf("%d and %d: %s, want %s", c.one, c.others, got, c.want)
		}
	}
}
