package demo

import (
	"strings"

	"khadamat/internal/market/catalog"
)

// words is a text in the three languages, in the order in which the tables of this package list them.
type words struct{ FR, AR, EN string }

func (w words) text() catalog.Text { return catalog.Text(w) }

// name is a name as it is written in Latin and in Arabic letters.
type name struct{ latin, arabic string }

var menNames = []name{
	{"Youssef", "يوسف"}, {"Mohamed", "محمد"}, {"Hicham", "هشام"}, {"Rachid", "رشيد"}, {"Abdelilah", "عبد الإله"}, {"Mehdi", "المهدي"},
	{"Karim", "كريم"}, {"Omar", "عمر"}, {"Hamza", "حمزة"}, {"Anas", "أنس"}, {"Ayoub", "أيوب"}, {"Soufiane", "سفيان"},
	{"Driss", "إدريس"}, {"Khalid", "خالد"}, {"Mustapha", "مصطفى"}, {"Said", "سعيد"}, {"Noureddine", "نور الدين"}, {"Abderrahim", "عبد الرحيم"},
	{"Yassine", "ياسين"}, {"Ilyas", "إلياس"}, {"Badr", "بدر"}, {"Tarik", "طارق"}, {"Jamal", "جمال"}, {"Brahim", "إبراهيم"},
	{"Hassan", "حسن"}, {"Othmane", "عثمان"}, {"Zakaria", "زكرياء"}, {"Adil", "عادل"}, {"Nabil", "نبيل"}, {"Amine", "أمين"},
	{"Redouane", "رضوان"}, {"Lahcen", "لحسن"}, {"Abdellah", "عبد الله"}, {"Ismail", "إسماعيل"}, {"Mounir", "منير"}, {"Reda", "رضا"},
	{"Aziz", "عزيز"}, {"Fouad", "فؤاد"}, {"Marouane", "مروان"}, {"Imad", "عماد"}, {"Bilal", "بلال"}, {"Simohamed", "سي محمد"},
	{"Walid", "وليد"}, {"Achraf", "أشرف"}, {"Kamal", "كمال"}, {"Abdelhak", "عبد الحق"}, {"Taha", "طه"}, {"Ali", "علي"},
}

var womenNames = []name{
	{"Fatima Zahra", "فاطمة الزهراء"}, {"Khadija", "خديجة"}, {"Meryem", "مريم"}, {"Salma", "سلمى"}, {"Imane", "إيمان"}, {"Nadia", "نادية"},
	{"Hajar", "هاجر"}, {"Zineb", "زينب"}, {"Aicha", "عائشة"}, {"Samira", "سميرة"}, {"Loubna", "لبنى"}, {"Ghita", "غيثة"},
	{"Sara", "سارة"}, {"Houda", "هدى"}, {"Karima", "كريمة"}, {"Naima", "نعيمة"}, {"Asmae", "أسماء"}, {"Oumaima", "أميمة"},
	{"Ikram", "إكرام"}, {"Siham", "سهام"}, {"Latifa", "لطيفة"}, {"Malika", "مليكة"}, {"Chaimae", "شيماء"}, {"Rajae", "رجاء"},
	{"Sanae", "سناء"}, {"Wafae", "وفاء"}, {"Kenza", "كنزة"}, {"Yasmine", "ياسمين"}, {"Najat", "نجاة"}, {"Btissam", "ابتسام"},
	{"Hanane", "حنان"}, {"Amal", "أمل"}, {"Rim", "ريم"}, {"Dounia", "دنيا"}, {"Bouchra", "بشرى"}, {"Nisrine", "نسرين"},
	{"Hafsa", "حفصة"}, {"Laila", "ليلى"}, {"Manal", "منال"}, {"Soukaina", "سكينة"}, {"Rachida", "رشيدة"}, {"Jamila", "جميلة"},
	{"Nora", "نورة"}, {"Safae", "صفاء"}, {"Ihssane", "إحسان"}, {"Aya", "آية"}, {"Hasnae", "حسناء"}, {"Touria", "ثريا"},
}

var familyNames = []name{
	{"El Amrani", "العمراني"}, {"Bennani", "بناني"}, {"Alaoui", "العلوي"}, {"El Idrissi", "الإدريسي"}, {"Berrada", "برادة"}, {"Tazi", "التازي"},
	{"El Fassi", "الفاسي"}, {"Chraibi", "الشرايبي"}, {"Benjelloun", "بنجلون"}, {"Lahlou", "لحلو"}, {"Sqalli", "الصقلي"}, {"Kettani", "الكتاني"},
	{"Ouazzani", "الوزاني"}, {"El Mansouri", "المنصوري"}, {"Naciri", "الناصري"}, {"Bouazza", "بوعزة"}, {"Ait Lahcen", "آيت لحسن"}, {"Ait Baha", "آيت باها"},
	{"Oubella", "أوبلا"}, {"Amzil", "أمزيل"}, {"El Khattabi", "الخطابي"}, {"Rifai", "الرفاعي"}, {"Zerouali", "الزروالي"}, {"Haddad", "حداد"},
	{"El Hachimi", "الهاشمي"}, {"Filali", "الفيلالي"}, {"Sabri", "صبري"}, {"Mernissi", "المرنيسي"}, {"Belkadi", "بلقاضي"}, {"Bouzidi", "البوزيدي"},
	{"Chakir", "شاكر"}, {"Daoudi", "الداودي"}, {"El Ghazi", "الغازي"}, {"Guessous", "كسوس"}, {"Hamdaoui", "الحمداوي"}, {"Jebbari", "الجباري"},
	{"Khalil", "خليل"}, {"Laaroussi", "العروسي"}, {"Moussaoui", "الموساوي"}, {"Nejjar", "النجار"}, {"Ouhaddou", "أوحدو"}, {"Qadiri", "القادري"},
	{"Rahmouni", "الرحموني"}, {"Slaoui", "السلاوي"}, {"Tahiri", "الطاهري"}, {"Wahbi", "وهبي"}, {"Yacoubi", "اليعقوبي"}, {"Ziani", "الزياني"},
	{"Boutaleb", "بوطالب"}, {"Cherkaoui", "الشرقاوي"}, {"Doukkali", "الدكالي"}, {"El Harti", "الحارثي"}, {"Mekouar", "مكوار"}, {"Raissouni", "الريسوني"},
	{"Semlali", "السملالي"}, {"Soussi", "السوسي"}, {"Benkirane", "بنكيران"}, {"Bouhlal", "بوهلال"}, {"El Kadiri", "الكادري"}, {"Hilali", "الهلالي"},
	{"Jaafari", "الجعفري"}, {"Kabbaj", "القباج"}, {"Lamrini", "المريني"}, {"Maaroufi", "المعروفي"}, {"Nouri", "النوري"}, {"Othmani", "العثماني"},
	{"Saadi", "السعدي"}, {"Tounsi", "التونسي"}, {"Zahiri", "الزاهيري"}, {"Zniber", "زنيبر"}, {"Akhrif", "أخريف"}, {"Bakkali", "البقالي"},
}

// businessNames are what Moroccan shops like to call themselves, put after what they do.
var businessNames = []name{
	{"Atlas", "الأطلس"}, {"Al Amal", "الأمل"}, {"Essalam", "السلام"}, {"Océan", "المحيط"}, {"Al Baraka", "البركة"}, {"Annour", "النور"},
	{"Chellah", "شالة"}, {"Al Wafae", "الوفاء"}, {"Ennakhil", "النخيل"}, {"Al Andalous", "الأندلس"}, {"Al Fath", "الفتح"}, {"Rif", "الريف"},
	{"Sahara", "الصحراء"}, {"Toubkal", "توبقال"}, {"Al Massira", "المسيرة"}, {"Al Itqane", "الإتقان"}, {"Zitouna", "الزيتونة"}, {"Yasmina", "الياسمين"},
	{"Al Khair", "الخير"}, {"Chifae", "الشفاء"}, {"Al Manar", "المنار"}, {"Kasbah", "القصبة"}, {"Souss", "سوس"}, {"Al Qods", "القدس"},
	{"Rahma", "الرحمة"}, {"Al Houda", "الهدى"}, {"Bahia", "الباهية"}, {"Majorelle", "ماجوريل"}, {"Al Firdaous", "الفردوس"}, {"Sebou", "سبو"},
	{"Oum Rabia", "أم الربيع"}, {"Al Widad", "الوداد"}, {"Ifrane", "إفران"}, {"Tamaris", "تماريس"}, {"Al Amana", "الأمانة"}, {"Zellige", "الزليج"},
}

// person is somebody's name in both scripts.
type person struct{ first, family name }

func (p person) latin() string  { return p.first.latin + " " + p.family.latin }
func (p person) arabic() string { return p.first.arabic + " " + p.family.arabic }

// mailName is the name as it stands before the @: "fatimazahra.elamrani".
func (p person) mailName() string {
	return mailLetters.Replace(strings.ToLower(p.first.latin)) + "." + mailLetters.Replace(strings.ToLower(p.family.latin))
}

var mailLetters = strings.NewReplacer(" ", "", "'", "", "-", "")

func (r *random) person(womenInHundred int) person {
	first := menNames
	if r.chance(womenInHundred) {
		first = womenNames
	}
	return person{first: pick(r, first), family: pick(r, familyNames)}
}
