package sandbox

import (
	"net/http"
	"strings"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/platform/errs"
)

// shownCharges is how many charges the operator's list shows.
const shownCharges = 50

func (s *Service) showCharges(w http.ResponseWriter, r *http.Request) error {
	charges, err := latest(r.Context(), s.config.DB, shownCharges)
	if err != nil {
		return err
	}
	v := s.viewOf(r, nil)
	return s.render(w, r, http.StatusOK, v, chargesPage(v, charges))
}

func (s *Service) showCharge(w http.ResponseWriter, r *http.Request) error {
	c, err := find(r.Context(), s.config.DB, r.PathValue("ref"))
	if err != nil {
		return err
	}
	events, err := eventsOf(r.Context(), s.config.DB, c.state.Ref)
	if err != nil {
		return err
	}
	v := s.viewOf(r, nil)
	return s.render(w, r, http.StatusOK, v, chargePage(v, &c, events))
}

// operate does what the button says: a chargeback, the end of one, or a webhook once more.
func (s *Service) operate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	ctx, ref := r.Context(), r.PathValue("ref")
	verb, event, _ := strings.Cut(r.PostForm.Get("verb"), ":")
	var err error
	switch verb {
	case "chargeback":
		_, err = s.ChargeBack(ctx, ref, "fraudulent")
	case "won":
		_, err = s.Decide(ctx, ref, true)
	case "lost":
		_, err = s.Decide(ctx, ref, false)
	case "send":
		err = s.Deliver(ctx, event)
	default:
		err = errs.New(errs.Invalid, "sandbox.bad_form")
	}
	if err != nil {
		return err
	}
	v := s.viewOf(r, nil)
	http.Redirect(w, r, v.to(operatorPath(ref)), http.StatusSeeOther)
	return nil
}

func (s *Service) showSettlement(w http.ResponseWriter, r *http.Request) error {
	content, name, err := s.Settlement(r.Context(), r.PathValue("day"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err = w.Write(content)
	return err
}

func operatorPath(ref string) string { return "/sandbox/charges/" + ref }

// disputed says whether a chargeback of the charge is open.
func (c *charge) disputed() bool {
	for _, b := range c.state.Chargebacks {
		if b.Status == processor.ChargebackOpened {
			return true
		}
	}
	return false
}
