package demo

var parties = field{
	categoryID: "evenements", womenInHundred: 35,
	openings: []words{
		{"Mariages, fiançailles, aqiqa : nous partageons vos grands jours à {city} depuis {since}.", "أعراس وخطوبة وعقيقة: نشارككم أيامكم الكبيرة في {city} منذ سنة {since}.", "Weddings, engagements, aqiqa: we have shared your great days in {city} since {since}."},
		{"{Trade}, c’est raconter une fête sans jamais la déranger.", "{trade} فن مرافقة الفرح دون إزعاج أصحابه.", "{Trade} means serving a party without ever getting in its way."},
		{"Entreprise familiale de {city}, fondée en {since} et transmise de mère en fille.", "مقاولة عائلية في {city} تأسست سنة {since} وانتقلت من الأم إلى ابنتها.", "A family business in {city}, founded in {since} and handed from mother to daughter."},
		{"Chaque cérémonie est différente, et c’est ce qui nous plaît depuis {since}.", "لكل حفل طابعه، وهذا ما نحبه في عملنا منذ سنة {since}.", "No two ceremonies are the same, and that is what we have loved since {since}."},
		{"Une équipe de {city}, habituée aux petites réceptions comme aux salles de cinq cents personnes.", "فريق من {city} متعود على الحفلات الصغيرة وعلى القاعات التي تضم خمسمئة مدعو.", "A team from {city}, at home with small receptions and halls of five hundred."},
		{"Nous avons commencé à {city} avec deux clients ; ils nous envoient encore leurs amis.", "بدأنا في {city} بزبونين، وما زالا يرسلان إلينا أصدقاءهما.", "We started in {city} with two customers; they still send us their friends."},
	},
	ways: []words{
		{"Un seul interlocuteur vous suit du premier appel au dernier invité.", "يرافقكم الشخص نفسه من أول اتصال إلى آخر مدعو.", "One person is with you from the first call to the last guest."},
		{"Nous visitons le lieu avant et prévoyons toujours une solution de secours.", "نزور المكان مسبقا ونحضر دائما حلا بديلا.", "We visit the place beforehand and always have a plan B."},
		{"Les traditions de chaque région sont respectées, de la amaria à la table.", "نحترم تقاليد كل جهة، من العمارية إلى المائدة.", "The traditions of each region are respected, from the amaria to the table."},
		{"Discrets pendant la fête, réactifs en coulisses.", "في هدوء أثناء الحفل وبسرعة خلف الستار.", "Discreet at the party, quick behind the scenes."},
		{"Vous choisissez, nous conseillons, et tout est écrit.", "أنتم تختارون ونحن ننصح، وكل شيء مكتوب.", "You choose, we advise, and everything is in writing."},
		{"Nous travaillons avec des artisans d’ici.", "نشتغل مع صناع تقليديين من المنطقة.", "We work with local craftspeople."},
	},
	endings: []words{
		{"Parlons de votre projet autour d’un thé.", "لنتحدث عن مشروعكم حول كأس شاي.", "Let us talk about your plans over tea."},
		{"Réservez tôt pour l’été : les samedis partent vite.", "احجزوا مبكرا للصيف، فأيام السبت تمتلئ بسرعة.", "Book early for summer: Saturdays go fast."},
		{"Mabrouk d’avance !", "مبروك مسبقا!", "Mabrouk in advance!"},
		{"Nous rendons volontiers service aux associations.", "يسعدنا أن نخدم الجمعيات.", "We gladly work for associations."},
		{"Vos souvenirs méritent du soin.", "ذكرياتكم تستحق العناية.", "Your memories deserve care."},
		{"Devis clair sous deux jours.", "عرض أثمان واضح خلال يومين.", "A clear quote within two days."},
	},
	assurances: []words{
		{"Contrat écrit et acompte modéré.", "عقد مكتوب وتسبيق معقول.", "A written contract and a moderate deposit."},
		{"Équipe en tenue soignée.", "فريق بلباس أنيق.", "A well-dressed team."},
		{"Matériel de secours toujours prêt.", "معدات احتياطية جاهزة دائما.", "Spare equipment always ready."},
		{"Installation et rangement compris.", "التركيب والترتيب مشمولان.", "Setting up and clearing away included."},
		{"Références de mariages récents.", "شهادات من أعراس حديثة.", "References from recent weddings."},
		{"Déplacement compris dans la ville.", "التنقل داخل المدينة مشمول.", "Travel within the city included."},
	},
	practical: []words{
		{"Donnez-nous le nombre d’invités dans la note.", "اذكروا عدد المدعوين في الملاحظة.", "Give us the number of guests in the note."},
		{"Le solde se règle le jour même.", "يؤدى الباقي في اليوم نفسه.", "The balance is paid on the day."},
		{"Prévoyez un accès pour notre véhicule.", "المرجو توفير مدخل لسيارتنا.", "Please provide access for our vehicle."},
		{"Une heure de plus est possible sur place.", "يمكن إضافة ساعة في عين المكان.", "One more hour can be added on the spot."},
		{"Prévenez-nous si le lieu change.", "أخبرونا إذا تغير المكان.", "Let us know if the place changes."},
		{"Nous nous occupons aussi des petits budgets.", "نهتم أيضا بالميزانيات الصغيرة.", "We look after small budgets too."},
	},
	notes: []words{
		{"Nous serons une quarantaine, dont dix enfants.", "سنكون حوالي أربعين شخصا منهم عشرة أطفال.", "We will be about forty, ten of them children."},
		{"C’est une surprise pour mes parents, merci de garder le secret.", "إنها مفاجأة لوالديّ، المرجو كتمان السر.", "It is a surprise for my parents, please keep it secret."},
		{"La salle ouvre à partir de midi.", "تفتح القاعة ابتداء من منتصف النهار.", "The hall opens from noon."},
		{"Deux invités ne mangent pas de gluten.", "اثنان من المدعوين لا يتناولان الغلوتين.", "Two guests eat no gluten."},
	},
	trades: []trade{
		{"photographie", name{"Studio", "استوديو"}, words{"la photographie", "التصوير", "photography"}, "", []offer{
			{words{"Reportage de mariage", "تصوير الأعراس", "Wedding coverage"}, words{"De la préparation à la dernière danse, photos retouchées sous trois semaines.", "من التحضيرات إلى آخر رقصة، وصور معالجة خلال ثلاثة أسابيع.", "From getting ready to the last dance, edited photos within three weeks."}, 2500, 5500, 480, fixed, home},
			{words{"Séance photo en famille", "جلسة تصوير عائلية", "Family photo session"}, words{"En extérieur ou chez vous, trente images choisies ensemble.", "في الخارج أو في بيتكم، ثلاثون صورة نختارها معا.", "Outdoors or at home, thirty pictures chosen together."}, 500, 1000, 90, fixed, home},
			{words{"Portrait professionnel", "صورة مهنية", "Business portrait"}, words{"Fond neutre, lumière douce et trois portraits prêts pour votre CV.", "خلفية محايدة وإضاءة ناعمة وثلاث صور جاهزة لسيرتكم.", "Plain background, soft light and three portraits for your CV."}, 200, 400, 45, fixed, shop},
			{words{"Photos pour riad et maison d’hôtes", "تصوير الرياضات ودور الضيافة", "Photos for riads and guest houses"}, words{"Chambres, patio et terrasse à la meilleure lumière du jour.", "الغرف والفناء والسطح في أجمل ضوء النهار.", "Rooms, patio and terrace in the best light of the day."}, 800, 1600, 180, fixed, home},
		}, []extra{
			{words{"Album imprimé", "ألبوم مطبوع", "Printed album"}, 400, 900, 30},
			{words{"Vidéo courte", "فيديو قصير", "Short video"}, 500, 900, 60},
		}},
		{"traiteur", name{"Traiteur", "ممون"}, words{"la cuisine de réception", "طبخ الحفلات", "catering"}, "", []offer{
			{words{"Buffet pour vingt personnes", "بوفيه لعشرين شخصا", "Buffet for twenty"}, words{"Salades, briouates, pastilla, tajine au choix et fruits de saison.", "سلطات وبريوات وبسطيلة وطاجين حسب الاختيار وفواكه الموسم.", "Salads, briouates, pastilla, a tagine of your choice and fruit in season."}, 1800, 3200, 240, fixed, home},
			{words{"Plateaux de gâteaux marocains", "أطباق الحلويات المغربية", "Trays of Moroccan pastries"}, words{"Cornes de gazelle, ghriba, chebakia : préparés la veille, livrés le matin.", "كعب الغزال وغريبة وشباكية: تُحضَّر في اليوم السابق وتصل صباحا.", "Gazelle horns, ghriba, chebakia: made the day before, delivered in the morning."}, 300, 700, 60, fixed, home},
			{words{"Réception sur mesure", "حفل حسب الطلب", "Reception to order"}, words{"Rencontre, dégustation et devis complet, service et vaisselle compris.", "لقاء وتذوق وعرض أثمان كامل يشمل الخدمة والأواني.", "A meeting, a tasting and a full quote, service and tableware included."}, 0, 0, 60, asked, shop},
		}, []extra{
			{words{"Service à table", "خدمة الموائد", "Table service"}, 300, 600, 60},
			{words{"Thé et serveur en tenue", "شاي مع نادل بلباس تقليدي", "Tea with a waiter in traditional dress"}, 250, 450, 60},
		}},
	},
}
