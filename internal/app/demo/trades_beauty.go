package demo

var beauty = field{
	categoryID: "beaute", womenInHundred: 75,
	openings: []words{
		{"{Trade}, une passion devenue métier en {since}, ici à {city}.", "{trade} شغف تحول إلى مهنة سنة {since}، هنا في {city}.", "{Trade}: a passion that became a trade in {since}, here in {city}."},
		{"Notre petit salon de {city} accueille les mêmes familles depuis {since}.", "صالوننا الصغير في {city} يستقبل الأسر نفسها منذ سنة {since}.", "Our small salon in {city} has welcomed the same families since {since}."},
		{"Après une école à Casablanca et plusieurs années en institut, je travaille à mon compte à {city}.", "بعد مدرسة متخصصة في الدار البيضاء وسنوات في مراكز التجميل، أشتغل لحسابي في {city}.", "After a school in Casablanca and years in a salon I work for myself in {city}."},
		{"À {city}, nous avons choisi de recevoir peu de monde à la fois, pour prendre le temps.", "اخترنا في {city} أن نستقبل عددا قليلا من الزبناء حتى نمنح كل واحد وقته.", "In {city} we chose to see few people at a time, so that nobody is rushed."},
		{"Trois fauteuils, une équipe stable et de bonnes adresses qui circulent de bouche à oreille.", "ثلاثة كراس وفريق مستقر وسمعة طيبة تنتقل من شخص إلى آخر.", "Three chairs, a team that stays, and a good name passed on by word of mouth."},
		{"Depuis {since}, je prends soin des gens de {city}, les jours ordinaires comme les jours de fête.", "أعتني بأهل {city} منذ سنة {since}، في الأيام العادية وفي المناسبات.", "Since {since} I have looked after the people of {city}, on ordinary days and on feast days."},
	},
	ways: []words{
		{"Le matériel est stérilisé entre chaque rendez-vous et les serviettes sont à usage unique.", "نعقم الأدوات بين كل موعد وآخر ونستعمل مناشف مخصصة لشخص واحد.", "Tools are sterilised between appointments and towels are single-use."},
		{"Nous commençons toujours par écouter ce que vous voulez, et ce que vous ne voulez pas.", "نبدأ دائما بالاستماع إلى ما تريدون وما لا تريدون.", "We always begin by listening to what you want, and what you do not."},
		{"Je travaille avec l’huile d’argan, le ghassoul et des marques que je connais bien.", "أشتغل بزيت الأركان والغاسول وعلامات أعرفها جيدا.", "I work with argan oil, ghassoul and brands I know well."},
		{"Les rendez-vous sont respectés : ici, on n’attend pas.", "نحترم المواعيد، فلا انتظار عندنا.", "Appointments are kept: nobody waits here."},
		{"Un thé à la menthe, un peu de musique douce, et l’on s’occupe de vous.", "كأس شاي بالنعناع وموسيقى هادئة، والباقي علينا.", "Mint tea, soft music, and we take care of the rest."},
		{"Je conseille ce qui vous va, même si c’est la prestation la moins chère.", "أنصح بما يناسبكم ولو كانت الخدمة الأقل ثمنا.", "I recommend what suits you, even when it is the cheapest thing on the list."},
	},
	endings: []words{
		{"Au plaisir de vous recevoir.", "يسعدنا استقبالكم.", "We look forward to seeing you."},
		{"Préparations de mariage sur demande, plusieurs mois à l’avance.", "نستقبل حجوزات الأعراس قبل الموعد بعدة أشهر.", "Wedding preparations on request, several months ahead."},
		{"Étudiants et étudiantes : dix pour cent de remise en semaine.", "للطلبة تخفيض عشرة في المئة خلال أيام الأسبوع.", "Students get ten per cent off on weekdays."},
		{"Ouvert tard le samedi.", "نبقى مفتوحين إلى وقت متأخر يوم السبت.", "Open late on Saturdays."},
		{"Vos avis nous font avancer, merci de les partager.", "آراؤكم تساعدنا على التقدم، شكرا على مشاركتها.", "Your opinions move us forward; thank you for sharing them."},
		{"Peaux et cheveux sensibles : dites-le nous, nous adaptons les produits.", "إذا كانت بشرتكم أو شعركم حساسا فأخبرونا لنختار المواد المناسبة.", "Sensitive skin or hair? Tell us and we adapt the products."},
	},
	assurances: []words{
		{"Matériel stérilisé devant vous.", "نعقم الأدوات أمامكم.", "Tools sterilised in front of you."},
		{"Produits doux, adaptés aux peaux sensibles.", "مواد لطيفة تناسب البشرة الحساسة.", "Gentle products, fit for sensitive skin."},
		{"Une retouche est offerte dans les sept jours.", "تعديل مجاني خلال سبعة أيام.", "A touch-up is free within seven days."},
		{"Conseils d’entretien compris.", "نصائح العناية مشمولة في الخدمة.", "Advice on aftercare included."},
		{"Réalisé par une personne diplômée.", "تنجزها يد حاصلة على شهادة في المهنة.", "Done by somebody with a diploma."},
		{"Espace calme et réservé.", "فضاء هادئ ومستقل.", "A quiet, private space."},
	},
	practical: []words{
		{"Merci d’arriver cinq minutes avant l’heure.", "المرجو الحضور خمس دقائق قبل الموعد.", "Please come five minutes early."},
		{"Signalez toute allergie dans la note de réservation.", "اذكروا أي حساسية في ملاحظة الحجز.", "Mention any allergy in the booking note."},
		{"Au-delà de quinze minutes de retard, nous devrons raccourcir la séance.", "إذا تجاوز التأخير ربع ساعة سنضطر إلى تقصير الحصة.", "If you are over fifteen minutes late we have to shorten the session."},
		{"Vous pouvez apporter une photo de ce qui vous plaît.", "يمكنكم إحضار صورة لما يعجبكم.", "Feel free to bring a picture of what you like."},
		{"Les enfants sont les bienvenus.", "مرحبا بالأطفال.", "Children are welcome."},
		{"Le tarif est le même pour toutes les longueurs.", "الثمن واحد مهما كان الطول.", "The price is the same for every length."},
	},
	notes: []words{
		{"C’est pour un mariage, merci d’être à l’heure.", "المناسبة عرس، المرجو احترام الموعد.", "It is for a wedding, please be on time."},
		{"Première visite, on m’a beaucoup parlé de vous.", "أول زيارة لي، سمعت عنكم كل خير.", "My first visit, I have heard a lot about you."},
		{"J’ai la peau sensible, merci d’éviter les produits parfumés.", "بشرتي حساسة، المرجو تفادي المواد المعطرة.", "My skin is sensitive, please avoid scented products."},
		{"Comme la dernière fois, c’était parfait.", "مثل المرة السابقة، كانت ممتازة.", "Same as last time, it was perfect."},
	},
	trades: []trade{
		{"barbier", name{"Barbier", "حلاقة"}, words{"la coiffure pour hommes", "حلاقة الرجال", "barbering"}, "", []offer{
			{words{"Coupe homme", "قص شعر الرجال", "Men’s haircut"}, words{"Coupe aux ciseaux ou dégradé, contours nets et coiffage.", "قص بالمقص أو تدرج مع تحديد الحواف والتصفيف.", "Scissor cut or fade, clean edges and styling."}, 50, 120, 30, fixed, shop},
			{words{"Taille de barbe", "تهذيب اللحية", "Beard trim"}, words{"Serviette chaude, rasoir droit et huile d’argan.", "منشفة ساخنة وموس تقليدي وزيت الأركان.", "Hot towel, straight razor and argan oil."}, 30, 80, 30, fixed, shop},
			{words{"Coupe enfant", "قص شعر الأطفال", "Children’s haircut"}, words{"De la patience, un dessin animé et une coupe bien faite.", "صبر ورسوم متحركة وقصة متقنة.", "Patience, a cartoon, and a proper cut."}, 40, 70, 30, fixed, shop},
			{words{"Barbier à domicile", "حلاق في المنزل", "Barber at your home"}, words{"Coupe et barbe chez vous, avec tout le matériel et le ménage après.", "قص الشعر وتهذيب اللحية في بيتكم مع كل الأدوات والتنظيف بعدها.", "Hair and beard at your place, with all the tools, tidied up after."}, 120, 220, 60, fixed, home},
		}, []extra{
			{words{"Soin du visage au charbon", "قناع الفحم للوجه", "Charcoal face mask"}, 40, 90, 15},
			{words{"Shampooing et massage du crâne", "غسل الشعر وتدليك الرأس", "Shampoo and head massage"}, 20, 50, 15},
		}},
		{"coiffure", name{"Salon", "صالون"}, words{"la coiffure", "تصفيف الشعر", "hairdressing"}, "maquillage", []offer{
			{words{"Coupe et brushing", "قص وتمليس", "Cut and blow-dry"}, words{"Diagnostic du cheveu, shampooing, coupe et brushing lisse ou ondulé.", "تشخيص الشعر وغسله وقصه وتصفيفه أملس أو متموجا.", "Hair check, shampoo, cut, and a smooth or wavy blow-dry."}, 120, 280, 75, fixed, shop},
			{words{"Coloration et balayage", "صباغة وبلاياج", "Colour and balayage"}, words{"Teinte choisie avec vous, racines ou mèches, soin après couleur.", "نختار اللون معكم، للجذور أو الخصلات، مع عناية بعد الصباغة.", "A shade chosen with you, roots or highlights, and a treatment after."}, 350, 800, 150, fixed, shop},
			{words{"Soin à la kératine", "علاج بالكيراتين", "Keratin treatment"}, words{"Lissage progressif, sans formol, qui dure de trois à cinq mois.", "تمليس تدريجي دون فورمول يدوم من ثلاثة إلى خمسة أشهر.", "Gradual smoothing, free of formaldehyde, lasting three to five months."}, 500, 1000, 180, fixed, shop},
			{words{"Coiffure de fête à domicile", "تسريحة المناسبات في المنزل", "Party hairstyle at home"}, words{"Chignon, tresses ou boucles, chez vous, avant la cérémonie.", "شينيون أو ضفائر أو تموجات في بيتكم قبل الحفل.", "Bun, braids or curls, at your home before the ceremony."}, 250, 500, 90, fixed, home},
		}, []extra{
			{words{"Masque à l’huile d’argan", "قناع بزيت الأركان", "Argan oil mask"}, 60, 120, 20},
			{words{"Frange", "غرة", "Fringe"}, 30, 60, 15},
		}},
		{"manucure", name{"Onglerie", "أظافر"}, words{"le soin des mains", "العناية باليدين", "nail care"}, "maquillage", []offer{
			{words{"Manucure avec vernis semi-permanent", "مانيكير مع طلاء شبه دائم", "Manicure with gel polish"}, words{"Limage, soin des cuticules et pose qui tient trois semaines.", "برد الأظافر والعناية بالجلد وطلاء يدوم ثلاثة أسابيع.", "Filing, cuticle care and a polish that lasts three weeks."}, 100, 200, 60, fixed, shop},
			{words{"Pédicure complète", "باديكير كامل", "Full pedicure"}, words{"Bain de pieds, gommage, ponçage et vernis au choix.", "حمام للقدمين وتقشير وحك وطلاء حسب الاختيار.", "Foot bath, scrub, smoothing and a polish of your choice."}, 120, 220, 60, fixed, shop},
			{words{"Mains et pieds à domicile", "العناية باليدين والقدمين في المنزل", "Hands and feet at home"}, words{"La séance complète chez vous, seule ou entre amies.", "حصة كاملة في بيتكم، على انفراد أو مع الصديقات.", "The full session at your place, alone or with friends."}, 220, 400, 105, fixed, home},
		}, []extra{
			{words{"Dépose de l’ancien vernis", "إزالة الطلاء القديم", "Removal of old polish"}, 30, 60, 15},
			{words{"Décor sur deux ongles", "زخرفة على ظفرين", "Art on two nails"}, 20, 60, 15},
		}},
		{"maquillage", name{"Beauté", "تجميل"}, words{"le maquillage", "المكياج", "make-up"}, "coiffure", []offer{
			{words{"Maquillage de soirée", "مكياج سهرة", "Evening make-up"}, words{"Préparation de la peau, teint longue tenue et regard travaillé.", "تحضير البشرة وأساس ثابت وعناية بالعينين.", "Skin prepared, a long-lasting base and well-worked eyes."}, 200, 450, 75, fixed, home},
			{words{"Henné traditionnel", "حناء تقليدية", "Traditional henna"}, words{"Motifs fassis, sahraouis ou modernes, au henné naturel sans additif.", "نقوش فاسية أو صحراوية أو عصرية بحناء طبيعية دون إضافات.", "Fassi, Sahrawi or modern patterns in natural henna."}, 120, 350, 60, fixed, home},
			{words{"Forfait mariée", "باقة العروس", "Bridal package"}, words{"Essai, maquillage du jour, retouches entre chaque tenue.", "تجربة قبلية ومكياج يوم العرس وتعديلات بين كل لباس وآخر.", "A trial, the make-up of the day, and touch-ups between outfits."}, 1500, 3200, 240, fixed, home},
		}, []extra{
			{words{"Faux cils", "رموش اصطناعية", "False lashes"}, 50, 120, 15},
			{words{"Une invitée de plus", "ضيفة إضافية", "One more guest"}, 150, 250, 45},
		}},
		{"massage", name{"Spa", "سبا"}, words{"le massage", "التدليك", "massage"}, "", []offer{
			{words{"Massage relaxant à l’huile d’argan", "تدليك مريح بزيت الأركان", "Relaxing argan oil massage"}, words{"Mouvements lents et profonds, du dos aux pieds.", "حركات بطيئة وعميقة من الظهر إلى القدمين.", "Slow, deep strokes from back to feet."}, 250, 450, 60, fixed, shop},
			{words{"Hammam et gommage", "حمام وتقشير", "Hammam and scrub"}, words{"Savon noir à l’eucalyptus, gommage au kessa et enveloppement au ghassoul.", "صابون بلدي بالأوكاليبتوس وتقشير بالكيس ولف بالغاسول.", "Eucalyptus black soap, kessa scrub and a ghassoul wrap."}, 200, 400, 75, fixed, shop},
			{words{"Massage sportif à domicile", "تدليك رياضي في المنزل", "Sports massage at home"}, words{"Récupération musculaire avec table pliante apportée chez vous.", "استرخاء العضلات بعد المجهود مع طاولة نحضرها إلى بيتكم.", "Muscle recovery on a folding table we bring along."}, 300, 550, 60, fixed, home},
		}, []extra{
			{words{"Trente minutes de plus", "ثلاثون دقيقة إضافية", "Thirty minutes more"}, 120, 200, 30},
			{words{"Soin des pieds", "عناية بالقدمين", "Foot care"}, 80, 150, 30},
		}},
	},
}
