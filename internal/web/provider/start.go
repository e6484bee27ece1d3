package provider

import (
	"context"
	"net/http"
	"net/url"

	"khadamat/internal/market/catalog"
	"khadamat/internal/market/gallery"
	"khadamat/internal/market/verification"
	"khadamat/internal/platform/errs"
	"khadamat/internal/web/route"
	"khadamat/internal/web/ui"
)

// Photos are those that a provider shows of their work.
type Photos interface {
	Photos(ctx context.Context, providerID string) ([]gallery.Photo, error)
}

const startPath = "/provider/start"

// stage is a part of the way to being found by customers. Each has a page of its own, which leads to the next.
type stage struct {
	Key, Hint, Icon string
	Path            string
	Optional        bool
	Done            bool
}

// startStages are all stages in their order. Pages know which one they are by its number, from one.
var startStages = []stage{
	{Key: "provider_pages.start.profile", Hint: "provider_pages.start.profile_hint", Icon: "shop", Path: "/provider/profile"},
	{Key: "provider_pages.start.services", Hint: "provider_pages.start.services_hint", Icon: "wallet", Path: "/provider/services"},
	{Key: "provider_pages.start.hours", Hint: "provider_pages.start.hours_hint", Icon: "clock", Path: "/provider/hours"},
	{Key: "provider_pages.start.photos", Hint: "provider_pages.start.photos_hint", Icon: "camera", Path: startPath + "/photos", Optional: true},
	{Key: "provider_pages.start.documents", Hint: "provider_pages.start.documents_hint", Icon: "shield", Path: "/provider/documents", Optional: true},
}

// number is which stage a path belongs to, from one; 0 for none.
func stageNumber(path string) int {
	for i, s := range startStages {
		if s.Path == path {
			return i + 1
		}
	}
	return 0
}

// starting says whether a page was asked for as a stage of the start.
func starting(query url.Values) bool { return query.Get("start") != "" }

// stagePath is the address of a page as a stage of the start.
func stagePath(ctx context.Context, path string) string {
	return ui.PathWith(ctx, path, "start", "1")
}

// afterSaving is where a form leads: to the next stage of the start, or to its own page.
func afterSaving(r *http.Request, stage int, own string) string {
	ctx := r.Context()
	if !starting(r.URL.Query()) {
		return ui.Path(ctx, own)
	}
	return skipPath(ctx, stage)
}

// skipPath is where who leaves a stage out goes on.
func skipPath(ctx context.Context, stage int) string {
	if stage >= len(startStages) {
		return ui.Path(ctx, startPath)
	}
	return stagePath(ctx, startStages[stage].Path)
}

// formPath is where a form of a page is sent, so that its answer knows of the start too.
func (f frame) formPath(ctx context.Context, path string) string {
	if f.Start {
		return stagePath(ctx, path)
	}
	return ui.Path(ctx, path)
}

// startView is what the overview of the start shows.
type startView struct {
	frame
	Stages        []stage
	EmailVerified bool
}

func (v startView) done() (done int) {
	for _, s := range v.Stages {
		if s.Done {
			done++
		}
	}
	return done
}

// next is the first stage that is needed and not done, and else the first one that may be done.
func (v startView) next() (stage, bool) {
	for _, optional := range []bool{false, true} {
		for _, s := range v.Stages {
			if !s.Done && s.Optional == optional {
				return s, true
			}
		}
	}
	return stage{}, false
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if !f.draft() {
		return route.SeeOther(w, r, ui.Path(ctx, "/provider/day"))
	}
	view, err := p.startOf(r, f)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, startPage(view))
}

func (p *pages) startOf(r *http.Request, f frame) (startView, error) {
	ctx := r.Context()
	view := startView{frame: f, Stages: append([]stage(nil), startStages...), EmailVerified: !ui.From(ctx).Account.EmailVerifiedAt.IsZero()}
	missing := map[string]bool{}
	for _, s := range f.Steps {
		missing[s.Path] = missing[s.Path] || !s.Done
	}
	view.Stages[0].Done = f.Exists && !missing["/provider/profile"]
	view.Stages[1].Done = f.Exists && !missing["/provider/services"]
	view.Stages[2].Done = view.Stages[1].Done // everybody has hours from the beginning; their page comes after that of the services
	if !f.Exists {
		return view, nil
	}
	submission, err := p.documents.Mine(ctx, ui.From(ctx).Actor)
	if err != nil {
		return view, err
	}
	view.Stages[4].Done = submission.Status == verification.Submitted || submission.Status == verification.Approved
	if p.photos != nil {
		photos, err := p.photos.Photos(ctx, f.Provider.ID)
		if err != nil {
			return view, err
		}
		view.Stages[3].Done = len(photos) > 0
	}
	return view, nil
}

// startPhotos says what photos are good for; adding them has a page of its own.
func (p *pages) startPhotos(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	f.Start = true
	return ui.Render(w, r, http.StatusOK, startPhotosPage(f))
}

// activate shows the draft to the public. What is missing stands on the page that the provider comes back to.
func (p *pages) activate(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	_, err = p.catalog.Activate(ctx, ui.From(ctx).Actor, f.Provider.ID)
	switch errs.CodeOf(err) {
	case "":
		return route.SeeOther(w, r, ui.Path(ctx, "/provider/live"))
	case errs.Invalid:
		ui.Notify(w, ui.Warning, "provider_pages.draft.lead")
		return route.SeeOther(w, r, ui.Path(ctx, startPath))
	}
	return err
}

// live is the page on which a provider who is shown to the public for the first time arrives.
func (p *pages) live(w http.ResponseWriter, r *http.Request) error {
	f, ok, err := p.own(w, r)
	if err != nil || !ok {
		return err
	}
	if f.Provider.Status != catalog.Active {
		return route.SeeOther(w, r, ui.Path(r.Context(), startPath))
	}
	return ui.Render(w, r, http.StatusOK, livePage(liveView{f, p.baseURL + ui.Path(r.Context(), "/providers/"+f.Provider.ID)}))
}

type liveView struct {
	frame
	Public string // the address of the page that customers see
}

// share is a link that puts the address into a message.
func (v liveView) share(ctx context.Context) string {
	return "https://wa.me/?" + url.Values{"text": {ui.T(ctx, "provider_pages.live.share_text", "Link", v.Public)}}.Encode()
}

// more is the page that phones have in the place of the navigation.
func (p *pages) more(w http.ResponseWriter, r *http.Request) error {
	f, err := p.frame(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, morePage(f))
}
