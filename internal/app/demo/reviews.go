package demo

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/review"
)

// settledFor is how long a booking must be over for its review to be public for certain: as long as reviews stay blind, and a day for the
// completion that came late.
const settledFor = review.BlindFor + 24*time.Hour

// rate draws who leaves how many stars, and gathers the ratings of a provider. Somewhat more than half of the customers leave some. What
// was done within the last days is still blind: it has stars that do not count yet.
func (w *world) rate(r *random, p *provider) {
	for i := range p.plans {
		pl := &p.plans[i]
		if pl.status != booking.Completed || !r.chance(55) {
			continue
		}
		recent := pl.slot.End.After(w.now.Add(-settledFor))
		if pl.customer == mainCustomer && pl.slot.End.After(w.now.Add(-review.WriteWithin)) {
			continue // theirs to write for whoever tries the product
		}
		pl.stars = r.stars(p.delight)
		if !recent {
			p.row.RatingSum += int64(pl.stars)
			p.row.RatingCount++
		}
	}
}

var disappointment = weigh([]float64{10, 10, 25, 55}, func(share float64) float64 { return share })

func (r *random) stars(delight float64) int8 {
	if r.Float64() < delight {
		return 5
	}
	return int8(1 + disappointment.draw(r, 0)) //nolint:gosec // one to four
}

// reviews are what the two sides said about each other after a completed booking.
func (s *story) reviews() []review.Review {
	if s.plan.stars == 0 {
		return nil
	}
	done := s.events[len(s.events)-1].At
	of := func(side booking.Side, stars int, words string) (review.Review, bool) {
		at := s.moment(done.Add(20*time.Minute), earlier(done.AddDate(0, 0, 6), s.now.Add(-time.Minute)))
		if !at.Before(s.now) || !at.After(done) {
			return review.Review{}, false
		}
		return review.Review{
			ID: s.id(at), BookingID: s.booking.ID, Side: side, AuthorID: s.booking.AccountOf(side), SubjectID: s.booking.AccountOf(side.Other()), ProviderID: s.booking.ProviderID,
			CustomerName: s.booking.Details.CustomerName, ProviderName: s.booking.Details.ProviderName, Service: s.booking.Details.Title,
			Stars: stars, Words: words, PublicAt: done.Add(review.BlindFor), CreatedAt: at, UpdatedAt: at,
		}, true
	}
	stars := int(s.plan.stars)
	byCustomer, ok := of(booking.CustomerSide, stars, s.opinion(stars))
	if !ok {
		return nil
	}
	all := []review.Review{byCustomer}
	if s.chance(30) {
		if byProvider, ok := of(booking.ProviderSide, 5-s.IntN(5)/4, s.politeness()); ok {
			// Both are in: they are public from the second on.
			all[0].PublicAt = later(byCustomer.CreatedAt, byProvider.CreatedAt)
			byProvider.PublicAt = all[0].PublicAt
			all = append(all, byProvider)
		}
	}
	for i := range all {
		all[i].Counted = !all[i].PublicAt.After(s.now)
	}
	// Recent reviews stand in no rating yet, so none of them may be public.
	if s.plan.slot.End.After(s.now.Add(-settledFor)) && all[0].Counted {
		return nil
	}
	s.reply(&all[0])
	return all
}

// opinion is a sentence or two, in the customer's language; some leave stars alone.
func (s *story) opinion(stars int) string {
	if s.chance(30) {
		return ""
	}
	language := s.customer.account.Language
	first, second := opinions[stars-1], details[min(stars, 4)-1]
	text := pick(s.random, first).text().In(language)
	if s.chance(60) {
		text += " " + pick(s.random, second).text().In(language)
	}
	return text
}

func (s *story) politeness() string {
	if s.chance(50) {
		return ""
	}
	return pick(s.random, aboutCustomers).text().In(s.provider.account.Language)
}

// reply is the provider's answer to some of the reviews with words; they answer the displeased more often.
func (s *story) reply(r *review.Review) {
	share, replies := 18, thanks
	if r.Stars <= 3 {
		share, replies = 45, apologies
	}
	if r.Words == "" || !r.Counted || !s.chance(share) {
		return
	}
	at := s.moment(r.PublicAt.Add(time.Hour), r.PublicAt.AddDate(0, 0, 5))
	if at.Before(s.now) {
		r.Reply, r.RepliedAt = pick(s.random, replies).text().In(s.provider.account.Language), at
	}
}

// opinions are how reviews begin, by stars from one to five.
var opinions = [5][]words{
	{
		{"Très déçue, je ne recommande pas.", "خيبة أمل كبيرة، لا أنصح به.", "Very disappointed, I do not recommend it."},
		{"Le travail n’a pas été fait comme convenu.", "لم يتم العمل كما اتفقنا.", "The work was not done as agreed."},
		{"Mauvaise expérience du début à la fin.", "تجربة سيئة من البداية إلى النهاية.", "A bad experience from start to finish."},
		{"J’ai dû faire venir quelqu’un d’autre ensuite.", "اضطررت إلى الاستعانة بشخص آخر بعد ذلك.", "I had to call somebody else afterwards."},
	},
	{
		{"Arrivé avec une heure de retard, sans prévenir.", "وصل متأخرا بساعة دون إخباري.", "Came an hour late without a word."},
		{"Résultat moyen pour le prix demandé.", "نتيجة متوسطة مقارنة بالثمن.", "A mediocre result for the price."},
		{"Travail fait trop vite, il a fallu reprendre.", "أُنجز العمل بسرعة زائدة وكان لا بد من إعادته.", "Done too quickly, it had to be done again."},
		{"Pas à la hauteur de ce qui était annoncé.", "ليس في مستوى ما أُعلن عنه.", "Not up to what was promised."},
	},
	{
		{"Correct, sans plus.", "مقبول، لا أكثر.", "Fine, no more than that."},
		{"Le travail est fait, mais la communication pourrait être meilleure.", "أُنجز العمل، لكن التواصل يمكن أن يكون أفضل.", "The work is done, but communication could be better."},
		{"Bonne volonté, quelques finitions à revoir.", "نية طيبة، لكن بعض التفاصيل تحتاج إلى مراجعة.", "Well meant, some finishing left to be desired."},
		{"Un peu cher pour le temps passé.", "الثمن مرتفع قليلا مقارنة بالوقت المستغرق.", "A little dear for the time it took."},
		{"Prestation honnête, retard de vingt minutes.", "خدمة لا بأس بها، مع تأخر عشرين دقيقة.", "An honest job, twenty minutes late."},
	},
	{
		{"Bon travail, je suis satisfaite.", "عمل جيد، أنا راضية عنه.", "Good work, I am satisfied."},
		{"Sérieux et aimable, petit retard mais prévenu.", "جدي ولطيف، تأخر قليلا لكنه أخبرني.", "Reliable and kind, a little late but he let me know."},
		{"Très bien dans l’ensemble.", "جيد جدا على العموم.", "Very good on the whole."},
		{"Bonne prestation, je ferai de nouveau appel à lui.", "خدمة جيدة، سأتعامل معه مرة أخرى.", "A good job, I will call on him again."},
		{"Résultat conforme à ce que j’attendais.", "النتيجة كما توقعتها.", "The result is what I expected."},
		{"Professionnel et propre.", "مهني ونظيف في عمله.", "Professional and tidy."},
	},
	{
		{"Excellent travail, je recommande les yeux fermés.", "عمل ممتاز، أنصح به بكل ثقة.", "Excellent work, I recommend it without hesitation."},
		{"Ponctuel, soigneux et de bon conseil.", "دقيق في مواعيده، متقن في عمله وينصح جيدا.", "On time, careful and full of good advice."},
		{"Parfait du début à la fin.", "ممتاز من البداية إلى النهاية.", "Perfect from start to finish."},
		{"Une personne de confiance, c’est rare.", "شخص أهل للثقة، وهذا نادر.", "Somebody to trust, which is rare."},
		{"Toute la famille est ravie du résultat.", "العائلة كلها سعيدة بالنتيجة.", "The whole family is delighted with the result."},
		{"Rapide et efficace, merci beaucoup.", "سريع وفعال، شكرا جزيلا.", "Quick and efficient, thank you very much."},
		{"Deuxième fois que je réserve, toujours aussi bien.", "هذه ثاني مرة أحجز فيها، ودائما بنفس الجودة.", "The second time I book, as good as the first."},
		{"Très à l’écoute et vraiment compétent.", "يحسن الإصغاء وكفء حقا.", "A good listener and truly skilled."},
		{"Travail impeccable et prix honnête.", "عمل متقن وثمن معقول.", "Impeccable work at an honest price."},
		{"Je n’aurais pas pu mieux tomber.", "لم يكن بإمكاني أن أجد أفضل منه.", "I could not have been luckier."},
	},
}

// details are how reviews go on, by stars: one, two, three, and four or five.
var details = [4][]words{
	{
		{"Personne ne répondait au téléphone.", "لم يكن أحد يجيب على الهاتف.", "Nobody answered the phone."},
		{"Le problème est revenu dès le lendemain.", "عاد المشكل في اليوم الموالي.", "The problem was back the next day."},
		{"J’attends toujours une explication.", "ما زلت أنتظر توضيحا.", "I am still waiting for an explanation."},
	},
	{
		{"Dommage, l’accueil était pourtant aimable.", "للأسف، رغم أن الاستقبال كان لطيفا.", "A pity, for the welcome was friendly."},
		{"Il manquait du matériel.", "كانت تنقصه بعض المعدات.", "Some of the equipment was missing."},
		{"Je m’attendais à mieux vu les avis.", "كنت أتوقع أفضل بالنظر إلى التقييمات.", "I expected better from the reviews."},
	},
	{
		{"Je réserverai peut-être encore pour un petit travail.", "ربما أحجز مرة أخرى لعمل بسيط.", "I may book again for something small."},
		{"Le prix était clair dès le départ, c’est déjà ça.", "كان الثمن واضحا منذ البداية، وهذا أمر جيد.", "At least the price was clear from the start."},
		{"À améliorer : la ponctualité.", "ما يحتاج إلى تحسين: احترام الموعد.", "To be improved: being on time."},
	},
	{
		{"Tout a été laissé propre.", "ترك المكان نظيفا.", "Everything was left clean."},
		{"Les explications étaient claires et le prix aussi.", "كانت الشروحات واضحة والثمن كذلك.", "The explanations were clear, and so was the price."},
		{"Arrivé à l’heure exacte.", "وصل في الموعد بالضبط.", "Arrived exactly on time."},
		{"Mes voisins ont déjà demandé son nom.", "جيراني سألوا عن اسمه.", "My neighbours have already asked for the name."},
		{"Patient avec mes parents, ce qui compte beaucoup pour moi.", "صبور مع والديّ، وهذا يهمني كثيرا.", "Patient with my parents, which means a lot to me."},
		{"La réservation a pris une minute.", "استغرق الحجز دقيقة واحدة.", "Booking took a minute."},
		{"Un détail a été corrigé tout de suite, sans discuter.", "تم تصحيح تفصيل صغير فورا ودون نقاش.", "One detail was put right at once, no questions asked."},
		{"Je garde le contact précieusement.", "سأحتفظ بالرقم لا محالة.", "I am keeping the contact safe."},
	},
}

// aboutCustomers are what providers write about their customers.
var aboutCustomers = []words{
	{"Client accueillant, tout était prêt à mon arrivée.", "زبون مضياف، كان كل شيء جاهزا عند وصولي.", "A welcoming customer, all was ready when I came."},
	{"Demande claire, bon contact.", "طلب واضح وتعامل جيد.", "A clear request, easy to deal with."},
	{"Toujours à l’heure, merci.", "دائما في الموعد، شكرا.", "Always on time, thank you."},
	{"Adresse facile à trouver grâce aux indications.", "كان العنوان سهلا بفضل التوضيحات.", "Easy to find thanks to the directions."},
	{"Au plaisir de revenir.", "يسعدني أن أعود.", "I will gladly come again."},
}

// thanks and apologies are how providers reply.
var (
	thanks = []words{
		{"Merci pour votre confiance, à bientôt !", "شكرا على ثقتكم، وإلى اللقاء!", "Thank you for your trust, see you soon!"},
		{"Un grand merci, c’était un plaisir.", "شكرا جزيلا، كان ذلك من دواعي سروري.", "Many thanks, it was a pleasure."},
		{"Merci d’avoir pris le temps d’écrire.", "شكرا لأنكم أخذتم الوقت للكتابة.", "Thank you for taking the time to write."},
	}
	apologies = []words{
		{"Je suis désolé, j’aurais dû vous prévenir. Je reviendrai corriger gratuitement.", "أعتذر، كان علي أن أخبركم. سأعود لتصحيح ذلك مجانا.", "I am sorry, I should have let you know. I will come back and put it right for free."},
		{"Merci de votre franchise, nous en tiendrons compte.", "شكرا على صراحتكم، سنأخذ ذلك بعين الاعتبار.", "Thank you for being frank, we will take it to heart."},
		{"Je comprends votre déception et je vous ai écrit pour trouver une solution.", "أتفهم خيبة أملكم، وقد راسلتكم لإيجاد حل.", "I understand your disappointment and have written to you to find a solution."},
	}
)
