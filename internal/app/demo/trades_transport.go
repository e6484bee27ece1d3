package demo

var transport = field{
	categoryID: "transport", womenInHundred: 0,
	openings: []words{
		{"Au service des gens de {city} depuis {since}, par tous les temps.", "في خدمة أهل {city} منذ سنة {since} في كل الظروف.", "At the service of people in {city} since {since}, in all weathers."},
		{"{Trade}, c’est notre quotidien à {city} depuis {since}.", "{trade} عملنا اليومي في {city} منذ سنة {since}.", "{Trade} has been our daily work in {city} since {since}."},
		{"Deux frères, un atelier, et la confiance du quartier à {city}.", "أخوان ومحل واحد وثقة الحي في {city}.", "Two brothers, one workshop, and the trust of the neighbourhood in {city}."},
		{"Notre équipe de {city} connaît chaque rue et chaque raccourci.", "فريقنا في {city} يعرف كل زنقة وكل طريق مختصر.", "Our team in {city} knows every street and every short cut."},
		{"Après quinze ans comme salarié, j’ai ouvert ma propre affaire à {city}.", "بعد خمس عشرة سنة من العمل كأجير فتحت مشروعي الخاص في {city}.", "After fifteen years on a payroll I opened my own business in {city}."},
		{"Entreprise déclarée et assurée, installée à {city} depuis {since}.", "مقاولة مصرح بها ومؤمَّنة، مقرها {city} منذ سنة {since}.", "A declared and insured business, in {city} since {since}."},
	},
	ways: []words{
		{"Nous confirmons la veille et nous arrivons à l’heure dite.", "نؤكد الموعد في اليوم السابق ونصل في الوقت المتفق عليه.", "We confirm the day before and come at the time agreed."},
		{"Le véhicule est propre, entretenu et climatisé.", "السيارة نظيفة ومصانة ومكيفة.", "The vehicle is clean, serviced and air-conditioned."},
		{"Vous voyez le prix avant, pas après.", "ترون الثمن قبل الخدمة لا بعدها.", "You see the price before, not after."},
		{"Nous traitons vos affaires comme si elles étaient les nôtres.", "نعتني بأغراضكم كأنها أغراضنا.", "We treat your things as if they were ours."},
		{"Chaque étape est expliquée simplement, sans jargon.", "نشرح كل مرحلة ببساطة ودون تعقيد.", "Every step is explained simply, without jargon."},
		{"Si nous pouvons éviter une dépense inutile, nous vous le disons.", "إذا أمكن تفادي مصروف لا داعي له نخبركم بذلك.", "If an expense can be avoided, we tell you."},
	},
	endings: []words{
		{"Assurance comprise, esprit tranquille.", "التأمين مشمول وبالكم مطمئن.", "Insurance included, peace of mind too."},
		{"Facture disponible pour les entreprises.", "نوفر الفاتورة للشركات.", "Invoices available for companies."},
		{"Nous répondons en darija, en français et en espagnol.", "نجيب بالدارجة والفرنسية والإسبانية.", "We answer in Darija, French and Spanish."},
		{"Un imprévu ? Nous trouvons une solution avec vous.", "هل طرأ أمر ما؟ نجد الحل معكم.", "Something came up? We find a way together."},
		{"Les habitués savent qu’ils peuvent compter sur nous.", "زبناؤنا الدائمون يعرفون أنهم يستطيعون الاعتماد علينا.", "Our regulars know they can count on us."},
		{"Bonne route avec nous.", "طريق السلامة معنا.", "Have a good journey with us."},
	},
	assurances: []words{
		{"Assurance comprise.", "التأمين مشمول.", "Insurance included."},
		{"Prix ferme, sans supplément caché.", "ثمن نهائي دون إضافات خفية.", "A firm price, no hidden extras."},
		{"Équipe habituée aux escaliers et aux ruelles de la médina.", "فريق متعود على الدروج وأزقة المدينة العتيقة.", "A team used to stairs and medina lanes."},
		{"Paiement après la prestation.", "الأداء بعد إنجاز الخدمة.", "You pay after the job."},
		{"Matériel professionnel, vérifié chaque semaine.", "معدات مهنية تُراقَب كل أسبوع.", "Professional equipment, checked every week."},
		{"Un reçu détaillé vous est remis.", "نسلمكم وصلا مفصلا.", "You get a detailed receipt."},
	},
	practical: []words{
		{"Indiquez l’adresse exacte et un point de repère.", "اذكروا العنوان بدقة مع معلمة قريبة.", "Give the exact address and a landmark."},
		{"Prévoyez une place pour garer le véhicule.", "المرجو توفير مكان لوقوف السيارة.", "Please keep a place for the vehicle."},
		{"En cas d’embouteillage, nous vous prévenons.", "نخبركم في حالة الازدحام.", "If traffic is bad, we let you know."},
		{"Dites-nous s’il y a des objets fragiles ou de valeur.", "أخبرونا إن كانت هناك أغراض هشة أو ثمينة.", "Tell us about fragile or valuable things."},
		{"Le prix vaut pour la ville et sa proche banlieue.", "الثمن يشمل المدينة وضواحيها القريبة.", "The price covers the city and its near suburbs."},
		{"Les péages sont à part.", "رسوم الطريق السيار على حدة.", "Tolls are extra."},
	},
	notes: []words{
		{"Rendez-vous devant la pharmacie, à l’angle de la rue.", "الموعد أمام الصيدلية في ركن الزنقة.", "Meet me outside the pharmacy on the corner."},
		{"Merci de confirmer par téléphone la veille.", "المرجو التأكيد بالهاتف في اليوم السابق.", "Please confirm by phone the day before."},
		{"Nous serons deux adultes et un enfant.", "سنكون شخصين وطفلا.", "We will be two adults and a child."},
		{"La rue est étroite, il faut se garer sur l’avenue.", "الزنقة ضيقة، يجب الوقوف في الشارع.", "The street is narrow, park on the avenue."},
	},
	trades: []trade{
		{"demenagement", name{"Déménagements", "نقل"}, words{"le déménagement", "نقل الأثاث", "moving"}, "", []offer{
			{words{"Déménagement d’un appartement", "نقل أثاث شقة", "Moving a flat"}, words{"Camion, trois porteurs, couvertures et sangles, démontage des lits compris.", "شاحنة وثلاثة حمالين وأغطية وأحزمة مع تفكيك الأسرة.", "A lorry, three porters, blankets and straps, beds taken apart."}, 900, 1800, 360, fixed, home},
			{words{"Transport d’un meuble ou d’un appareil", "نقل قطعة أثاث أو جهاز", "Moving one item"}, words{"Un canapé, un frigo, une machine : enlevé et livré en deux heures.", "أريكة أو ثلاجة أو غسالة: نحملها ونوصلها في ساعتين.", "A sofa, a fridge, a washing machine: collected and delivered in two hours."}, 180, 380, 120, fixed, home},
			{words{"Déménagement entre villes", "النقل بين المدن", "Moving between cities"}, words{"Visite ou appel, inventaire et devis ferme selon le volume.", "زيارة أو اتصال وجرد وعرض أثمان نهائي حسب الحجم.", "A visit or a call, an inventory and a firm quote by volume."}, 0, 0, 60, asked, home},
		}, []extra{
			{words{"Emballage de la vaisselle", "تغليف الأواني", "Packing the crockery"}, 150, 300, 60},
			{words{"Monte-meubles", "رافعة أثاث", "Furniture lift"}, 300, 500, 60},
		}},
		{"chauffeur", name{"Transferts", "توصيل"}, words{"le transport de personnes", "نقل الأشخاص", "driving people"}, "", []offer{
			{words{"Transfert vers l’aéroport", "التوصيل إلى المطار", "Airport transfer"}, words{"Accueil avec pancarte, suivi du vol et aide pour les bagages.", "استقبال بلافتة ومتابعة الرحلة ومساعدة في حمل الأمتعة.", "Name board, flight tracking and help with the luggage."}, 200, 450, 90, fixed, home},
			{words{"Chauffeur à la demi-journée", "سائق لنصف يوم", "Driver for half a day"}, words{"Rendez-vous, courses ou visites, le chauffeur vous attend.", "مواعيد أو تسوق أو زيارات والسائق في انتظاركم.", "Meetings, errands or sights, and the driver waits."}, 400, 700, 240, fixed, home},
			{words{"Trajet vers une autre ville", "رحلة إلى مدينة أخرى", "Trip to another city"}, words{"De porte à porte, avec une pause quand vous voulez.", "من الباب إلى الباب مع استراحة متى شئتم.", "Door to door, with a break whenever you like."}, 700, 1400, 240, fixed, home},
		}, []extra{
			{words{"Siège enfant", "مقعد للأطفال", "Child seat"}, 30, 60, 5},
			{words{"Un arrêt en chemin", "توقف في الطريق", "A stop on the way"}, 40, 80, 30},
		}},
		{"mecanique", name{"Garage", "مرآب"}, words{"la mécanique", "ميكانيك السيارات", "car mechanics"}, "lavage-auto", []offer{
			{words{"Vidange et filtres", "تغيير الزيت والمصافي", "Oil and filter change"}, words{"Huile adaptée au moteur, filtres neufs et contrôle de vingt points.", "زيت مناسب للمحرك ومصافٍ جديدة ومراقبة عشرين نقطة.", "The right oil for the engine, new filters and a twenty-point check."}, 250, 500, 60, fixed, shop},
			{words{"Diagnostic électronique", "تشخيص إلكتروني", "Electronic diagnosis"}, words{"Lecture des codes de défaut, essai sur route et explication claire.", "قراءة رموز الأعطال وتجربة على الطريق وشرح واضح.", "Fault codes read, a road test and a clear explanation."}, 150, 300, 45, fixed, shop},
			{words{"Mécanicien à domicile", "ميكانيكي متنقل", "Mobile mechanic"}, words{"Batterie, freins, démarreur : réparation là où se trouve la voiture.", "البطارية أو المكابح أو مشغل المحرك: نصلح حيث توجد السيارة.", "Battery, brakes, starter: repaired where the car stands."}, 250, 500, 90, fixed, home},
			{words{"Plaquettes de frein", "تغيير فرامل السيارة", "Brake pads"}, words{"Dépose, contrôle des disques, pose de plaquettes neuves et essai.", "فك وفحص الأقراص وتركيب وسادات جديدة وتجربة.", "Removed, discs checked, new pads fitted and tested."}, 200, 400, 75, fixed, shop},
		}, []extra{
			{words{"Contrôle de la climatisation", "مراقبة المكيف", "Air conditioning check"}, 80, 150, 20},
			{words{"Équilibrage des roues", "موازنة العجلات", "Wheel balancing"}, 80, 160, 30},
		}},
		{"lavage-auto", name{"Lavage", "غسيل سيارات"}, words{"le lavage auto", "غسل السيارات", "car washing"}, "mecanique", []offer{
			{words{"Lavage complet", "غسل كامل", "Full wash"}, words{"Extérieur à la main, aspirateur, plastiques et vitres.", "الخارج يدويا مع شفط الغبار وتنظيف البلاستيك والزجاج.", "Outside by hand, vacuum, plastics and windows."}, 60, 120, 45, fixed, shop},
			{words{"Lavage à domicile sans eau", "غسل في المنزل دون ماء", "Waterless wash at your place"}, words{"Produit végétal et microfibres, dans votre parking.", "مادة نباتية ومناديل دقيقة في موقف سيارتكم.", "A plant-based product and microfibre, in your car park."}, 100, 180, 60, fixed, home},
			{words{"Rénovation intérieure", "تجديد داخل السيارة", "Interior renovation"}, words{"Shampooing des sièges, ciel de toit et traitement des odeurs.", "غسل المقاعد والسقف ومعالجة الروائح.", "Seats and headlining shampooed, smells treated."}, 300, 600, 180, fixed, shop},
		}, []extra{
			{words{"Cire de protection", "شمع واق", "Protective wax"}, 60, 120, 30},
			{words{"Lavage du moteur", "غسل المحرك", "Engine wash"}, 60, 120, 20},
		}},
	},
}
