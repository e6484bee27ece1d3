package market

import (
	"testing"

	"khadamat/internal/platform/drawing"
	"khadamat/internal/web/assets"
)

func TestEveryDrawingOfOursCanBePainted(t *testing.T) {
	if len(assets.Drawings()) < 20 {
		t.Fatalf("only %d drawings", len(assets.Drawings()))
	}
	for _, name := range assets.Drawings() {
		content, err := assets.Content("illustrations/" + name + ".svg")
		if err != nil {
			t.Fatal(err)
		}
		if err := drawing.NewCanvas(96, 96, groundColour).Drawing(content, 0, 0, 96); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPicturesKeptAreBounded(t *testing.T) {
	kept := newPictures()
	for i := range maxPictures + 5 {
		kept.keep(string(rune('a'+i%26))+string(rune('A'+i/26)), []byte{1})
	}
	if len(kept.known) != maxPictures || len(kept.order) != maxPictures {
		t.Errorf("%d pictures and %d names are kept, want %d", len(kept.known), len(kept.order), maxPictures)
	}
	if _, ok := kept.kept("aA"); ok {
		t.Error("the oldest is kept and a newer one was not")
	}
}

func TestLongWordsStayOnThePicture(t *testing.T) {
	for _, language := range []string{"fr", "ar"} {
		shown := picture{Language: language, Brand: "Khadamat", Title: "Réparation d’électroménager et de climatisation à Casablanca Sidi Maârouf", Line: "Une phrase qui ne finit pas et ne finit pas et ne finit pas", Stars: "4,9",
			Facts: []string{"12 345 avis", "678 professionnels", "profil vérifié", "et encore quelque chose"}, Drawing: "art-cuisine"}
		if content, err := paint(shown); err != nil || len(content) > 200<<10 {
			t.Errorf("%s: %d bytes, %v", language, len(content), err)
		}
	}
}
