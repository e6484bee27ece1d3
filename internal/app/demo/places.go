package demo

import (
	"fmt"

	"khadamat/internal/market/catalog"
)

// town is what the demo knows of a city beyond the catalog: its share of the market, and where people live there.
type town struct {
	cityID    string
	share     float64
	districts []name
}

var towns = []town{
	{"casablanca", 27, []name{{"Maârif", "المعاريف"}, {"Gauthier", "غوتييه"}, {"Racine", "راسين"}, {"Bourgogne", "بورغون"}, {"Anfa", "أنفا"}, {"Sidi Maârouf", "سيدي معروف"},
		{"Aïn Diab", "عين الذياب"}, {"Hay Hassani", "الحي الحسني"}, {"Oasis", "الوازيس"}, {"Californie", "كاليفورنيا"}, {"Derb Sultan", "درب السلطان"}, {"Belvédère", "بلفدير"},
		{"Aïn Sebaâ", "عين السبع"}, {"Sidi Bernoussi", "سيدي البرنوصي"}, {"Roches Noires", "الصخور السوداء"}, {"Palmier", "بالميي"}}},
	{"rabat", 13, []name{{"Agdal", "أكدال"}, {"Hay Riad", "حي الرياض"}, {"Hassan", "حسان"}, {"Souissi", "السويسي"}, {"L'Océan", "المحيط"}, {"Yacoub El Mansour", "يعقوب المنصور"},
		{"Les Orangers", "الليمون"}, {"Aviation", "الطيران"}, {"Takaddoum", "التقدم"}, {"Diour Jamaâ", "ديور الجامع"}}},
	{"marrakech", 12, []name{{"Guéliz", "جليز"}, {"Hivernage", "ليفرناج"}, {"Massira", "المسيرة"}, {"Daoudiate", "الداوديات"}, {"Sidi Youssef Ben Ali", "سيدي يوسف بن علي"}, {"Targa", "تاركة"},
		{"Semlalia", "السملالية"}, {"Médina", "المدينة العتيقة"}, {"Palmeraie", "النخيل"}, {"M'hamid", "المحاميد"}}},
	{"fes", 10, []name{{"Ville Nouvelle", "المدينة الجديدة"}, {"Saïss", "سايس"}, {"Narjiss", "النرجس"}, {"Route d'Imouzzer", "طريق إيموزار"}, {"Zouagha", "زواغة"}, {"Atlas", "الأطلس"},
		{"Fès el-Jdid", "فاس الجديد"}, {"Oued Fès", "واد فاس"}, {"Bensouda", "بنسودة"}}},
	{"tanger", 10, []name{{"Malabata", "ملاباطا"}, {"Iberia", "إيبيريا"}, {"Marshan", "مرشان"}, {"Boukhalef", "بوخالف"}, {"Branes", "البرانص"}, {"Moujahidine", "المجاهدين"},
		{"Val Fleuri", "فال فلوري"}, {"Mesnana", "مسنانة"}, {"Castilla", "كاستيا"}}},
	{"agadir", 7, []name{{"Talborjt", "تالبرجت"}, {"Hay Mohammadi", "الحي المحمدي"}, {"Founty", "فونتي"}, {"Dakhla", "الداخلة"}, {"Charaf", "الشرف"}, {"Sonaba", "صونابا"},
		{"Anza", "أنزا"}, {"Hay Salam", "حي السلام"}}},
	{"kenitra", 5, []name{{"Mimosas", "ميموزا"}, {"Val Fleury", "فال فلوري"}, {"Bir Rami", "بئر الرامي"}, {"Maamora", "المعمورة"}, {"Ouled Oujih", "أولاد أوجيه"}, {"Khabazat", "الخبازات"}}},
	{"oujda", 4, []name{{"Al Qods", "القدس"}, {"Lazaret", "لازاري"}, {"Hay Al Hikma", "حي الحكمة"}, {"Sidi Yahya", "سيدي يحيى"}, {"Village Toba", "فيلاج طوبة"}, {"Hay Andalous", "حي الأندلس"}}},
	{"meknes", 5, []name{{"Hamria", "حمرية"}, {"Marjane", "مرجان"}, {"Zitoune", "الزيتون"}, {"Bassatine", "البساتين"}, {"Riad Al Ismailia", "رياض الإسماعيلية"}, {"Sidi Baba", "سيدي بابا"}, {"Plaisance", "بليزانس"}}},
	{"tetouan", 3, []name{{"Wilaya", "الولاية"}, {"Touta", "التوتة"}, {"Saniat Rmel", "سانية الرمل"}, {"M'hannech", "المحنش"}, {"Coelma", "كويلما"}, {"Martil", "مرتيل"}}},
	{"safi", 2, []name{{"Plateau", "البلاطو"}, {"Biada", "بياضة"}, {"Jrifat", "جريفات"}, {"Azib Derai", "عزيب الدرعي"}, {"Kawki", "كاوكي"}}},
	{"essaouira", 2, []name{{"Borj", "البرج"}, {"Lagune", "البحيرة"}, {"Erraounak", "الرونق"}, {"Ghazoua", "الغزوة"}, {"Scala", "السقالة"}}},
}

var townShares = weigh(towns, func(t town) float64 { return t.share })

// streets have the names that every Moroccan town has.
var streets = []name{
	{"rue Ibn Sina", "زنقة ابن سينا"}, {"avenue Hassan II", "شارع الحسن الثاني"}, {"boulevard Mohammed V", "شارع محمد الخامس"}, {"rue Ibn Batouta", "زنقة ابن بطوطة"},
	{"avenue des FAR", "شارع الجيش الملكي"}, {"rue Oued Sebou", "زنقة وادي سبو"}, {"rue Moulay Ismaïl", "زنقة مولاي إسماعيل"}, {"avenue Al Massira", "شارع المسيرة"},
	{"boulevard Moulay Youssef", "شارع مولاي يوسف"}, {"rue Al Farabi", "زنقة الفارابي"}, {"rue Tarik Ibn Ziad", "زنقة طارق بن زياد"}, {"avenue Allal El Fassi", "شارع علال الفاسي"},
	{"avenue Mohammed VI", "شارع محمد السادس"}, {"rue Ibn Rochd", "زنقة ابن رشد"}, {"rue Oqba Ibn Nafiaa", "زنقة عقبة بن نافع"}, {"rue Abou Inane", "زنقة أبو عنان"},
	{"rue Oum Rabia", "زنقة أم الربيع"}, {"rue de Fès", "زنقة فاس"}, {"rue Al Khawarizmi", "زنقة الخوارزمي"}, {"boulevard Zerktouni", "شارع الزرقطوني"},
	{"rue des Orangers", "زنقة البرتقال"}, {"rue Ibn Khaldoun", "زنقة ابن خلدون"}, {"avenue Moulay Abdellah", "شارع مولاي عبد الله"}, {"rue Yacoub El Marini", "زنقة يعقوب المريني"},
	{"rue Oued Ziz", "زنقة واد زيز"}, {"rue Imam Malik", "زنقة الإمام مالك"}, {"boulevard Abdelkrim El Khattabi", "شارع عبد الكريم الخطابي"}, {"rue Al Moutanabbi", "زنقة المتنبي"},
}

// address makes up where somebody lives, written in Arabic where that is their language.
func (r *random) address(t town, city catalog.City, language string) string {
	street, district, house := pick(r, streets), pick(r, t.districts), r.between(1, 180)
	flat, floor := r.between(1, 24), r.between(1, 6)
	inFlat := r.chance(70)
	if language == "ar" {
		if inFlat {
			return fmt.Sprintf("%d، %s، الطابق %d، الشقة %d، %s، %s", house, street.arabic, floor, flat, district.arabic, city.Name.AR)
		}
		return fmt.Sprintf("%d، %s، %s، %s", house, street.arabic, district.arabic, city.Name.AR)
	}
	if inFlat {
		return fmt.Sprintf("%d, %s, étage %d, appt %d, %s, %s", house, street.latin, floor, flat, district.latin, city.Name.FR)
	}
	return fmt.Sprintf("%d, %s, %s, %s", house, street.latin, district.latin, city.Name.FR)
}
