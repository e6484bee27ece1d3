package demo

var works = field{
	categoryID: "travaux", womenInHundred: 0,
	openings: []words{
		{"{Trade}, c’est mon métier depuis {since}, d’abord comme apprenti auprès de mon père, aujourd’hui avec ma propre équipe à {city}.", "{trade} مهنتي منذ سنة {since}، تعلمتها على يد والدي وأمارسها اليوم مع فريقي في {city}.", "{Trade} has been my trade since {since}: I learned it from my father and now run my own team in {city}."},
		{"Petite entreprise familiale de {city}, nous travaillons dans le quartier depuis {since}.", "نحن مقاولة عائلية صغيرة في {city}، نشتغل قرب زبنائنا منذ سنة {since}.", "We are a small family business in {city} and have worked in the neighbourhood since {since}."},
		{"Formé à l’OFPPT, j’interviens à {city} et dans les environs depuis {since}.", "تخرجت من التكوين المهني وأشتغل في {city} وضواحيها منذ سنة {since}.", "I trained at the OFPPT and have been working in and around {city} since {since}."},
		{"À {city}, on nous appelle surtout parce qu’un voisin nous a recommandés.", "أغلب زبنائنا في {city} يتصلون بنا لأن أحد الجيران نصحهم بنا.", "Most people in {city} call us because a neighbour told them to."},
		{"Après dix ans sur de grands chantiers, j’ai choisi de travailler pour les particuliers de {city}.", "بعد عشر سنوات في الأوراش الكبرى اخترت أن أعمل لدى الأسر في {city}.", "After ten years on large building sites I chose to work for households in {city}."},
		{"Un dépannage urgent ou des travaux prévus de longue date : nous nous déplaçons partout à {city} depuis {since}.", "سواء تعلق الأمر بإصلاح مستعجل أو بأشغال مبرمجة، ننتقل إلى جميع أحياء {city} منذ سنة {since}.", "An urgent repair or work planned long ahead: we have come out to every part of {city} since {since}."},
		{"{Trade}, nous ne faisons que cela, et nous le faisons bien.", "لا نقوم إلا بعمل واحد، {trade}، ونتقنه.", "{Trade} is all we do, and we do it well."},
	},
	ways: []words{
		{"Je montre toujours le problème avant de commencer et j’explique ce que coûtera la réparation.", "أُطلع الزبون دائما على العطل قبل أن أبدأ وأشرح له تكلفة الإصلاح.", "I always show the problem before I start and explain what the repair will cost."},
		{"Nous protégeons les sols et les meubles, et nous repartons en laissant l’endroit propre.", "نحمي الأرضية والأثاث، ونترك المكان نظيفا قبل أن نغادر.", "We cover floors and furniture and leave the place clean when we go."},
		{"Les pièces viennent de fournisseurs connus et la facture les détaille une à une.", "نقتني القطع من موردين معروفين، وتجدونها مفصلة في الفاتورة.", "Parts come from suppliers you know, and the invoice lists every one of them."},
		{"Si une réparation n’en vaut pas la peine, je le dis franchement.", "إذا كان الإصلاح لا يستحق، أقول ذلك بصراحة.", "If a repair is not worth it, I say so."},
		{"Nous arrivons à l’heure, avec l’outillage qu’il faut, pour ne pas avoir à revenir deux fois.", "نصل في الموعد ومعنا كل الأدوات اللازمة حتى لا نعود مرتين.", "We come on time and with the right tools, so that one visit is enough."},
		{"Chaque intervention est photographiée avant et après, et les photos vous restent.", "نصور كل تدخل قبله وبعده، وتبقى الصور عندكم.", "We take photos before and after every job, and you keep them."},
	},
	endings: []words{
		{"La main-d’œuvre est garantie trois mois.", "اليد العاملة مضمونة لمدة ثلاثة أشهر.", "Labour is guaranteed for three months."},
		{"Une question ? Écrivez dans la note de réservation, je réponds le jour même.", "هل لديكم سؤال؟ اكتبوه في ملاحظة الحجز وسأجيب في اليوم نفسه.", "A question? Write it in the booking note and I answer the same day."},
		{"Le prix annoncé est le prix payé, sans surprise à la fin.", "الثمن المعلن هو الثمن المؤدى، دون مفاجآت في النهاية.", "The price we name is the price you pay, with no surprise at the end."},
		{"Nous parlons darija, français et amazighe.", "نتحدث الدارجة والفرنسية والأمازيغية.", "We speak Darija, French and Amazigh."},
		{"Notre meilleure publicité reste un client qui rappelle.", "أحسن إشهار لنا زبون يتصل بنا من جديد.", "Our best advertisement is a customer who calls again."},
		{"Nous restons joignables après l’intervention, aussi longtemps qu’il le faut.", "نبقى رهن الإشارة بعد التدخل ما دامت الحاجة قائمة.", "You can reach us after the job for as long as you need."},
	},
	assurances: []words{
		{"Déplacement et diagnostic sont compris dans le prix.", "التنقل والتشخيص مشمولان في الثمن.", "Travel and diagnosis are included in the price."},
		{"Le travail est garanti trois mois, pièces et main-d’œuvre.", "العمل مضمون ثلاثة أشهر، القطع واليد العاملة.", "The work is guaranteed for three months, parts and labour."},
		{"Nous utilisons du matériel certifié et gardons les anciennes pièces pour vous les montrer.", "نستعمل معدات مطابقة للمعايير ونحتفظ بالقطع القديمة لنريكم إياها.", "We use certified material and keep the old parts to show you."},
		{"Aucuns travaux supplémentaires sans votre accord.", "لا نقوم بأي أشغال إضافية دون موافقتكم.", "No extra work without your agreement."},
		{"Une facture détaillée est remise à la fin de l’intervention.", "نسلم فاتورة مفصلة في نهاية التدخل.", "You get an itemised invoice at the end."},
		{"Le chantier est nettoyé avant notre départ.", "ننظف مكان العمل قبل أن نغادر.", "We clean up before we leave."},
	},
	practical: []words{
		{"Merci de dégager l’accès avant notre arrivée.", "المرجو إخلاء المكان قبل وصولنا.", "Please clear the way to the spot before we arrive."},
		{"Les fournitures sont facturées à part, au prix du magasin.", "تحتسب المواد على حدة بثمن المحل.", "Materials are charged separately, at the shop’s price."},
		{"Quelques mots dans la note de réservation nous aident à venir avec la bonne pièce.", "وصف قصير في ملاحظة الحجز يساعدنا على إحضار القطعة المناسبة.", "A few words in the booking note help us bring the right part."},
		{"Prévoyez une coupure d’eau ou de courant pendant une partie de l’intervention.", "قد نضطر إلى قطع الماء أو الكهرباء خلال جزء من التدخل.", "Expect the water or the power to be off for part of the visit."},
		{"Si vous habitez en étage, dites-nous s’il y a un ascenseur.", "إذا كنتم تسكنون في طابق علوي فأخبرونا هل يوجد مصعد.", "If you live upstairs, tell us whether there is a lift."},
		{"Nous appelons un quart d’heure avant d’arriver.", "نتصل بكم ربع ساعة قبل الوصول.", "We call a quarter of an hour before we arrive."},
	},
	notes: []words{
		{"L’entrée se fait par la cour, deuxième porte à droite.", "الدخول من جهة الفناء، الباب الثاني على اليمين.", "Come in through the courtyard, second door on the right."},
		{"Merci de prévoir une échelle, le plafond est haut.", "المرجو إحضار سلم، السقف مرتفع.", "Please bring a ladder, the ceiling is high."},
		{"Le concierge a les clés si je suis en retard.", "المفاتيح عند البواب إن تأخرت.", "The caretaker has the keys if I am late."},
		{"C’est au quatrième étage, sans ascenseur.", "الشقة في الطابق الرابع دون مصعد.", "It is on the fourth floor, without a lift."},
		{"Le problème revient souvent, j’aimerais une solution durable.", "يتكرر المشكل كثيرا وأريد حلا نهائيا.", "It keeps coming back, I would like it fixed for good."},
	},
	trades: []trade{
		{"plomberie", name{"Plomberie", "سباكة"}, words{"la plomberie", "السباكة", "plumbing"}, "climatisation", []offer{
			{words{"Réparation de fuite d’eau", "إصلاح تسرب الماء", "Water leak repair"}, words{"Recherche de la fuite, remplacement du joint ou du raccord, puis essai sous pression.", "نبحث عن مكان التسرب ونستبدل الوصلة أو السدادة ثم نجرب الضغط.", "We find the leak, replace the joint or fitting, and test it under pressure."}, 150, 350, 60, fixed, home},
			{words{"Débouchage d’évier et de canalisation", "تسليك المغسل والقنوات", "Drain unblocking"}, words{"Débouchage mécanique ou à haute pression, sans produit qui abîme les tuyaux.", "تسليك ميكانيكي أو بالضغط العالي دون مواد تضر بالأنابيب.", "Mechanical or high-pressure unblocking, without chemicals that harm the pipes."}, 180, 400, 60, fixed, home},
			{words{"Installation de chauffe-eau", "تركيب سخان الماء", "Water heater installation"}, words{"Pose d’un chauffe-eau électrique ou à gaz, raccordement, mise en service et contrôle de sécurité.", "تركيب سخان كهربائي أو غازي مع الربط والتشغيل ومراقبة السلامة.", "Fitting of an electric or gas water heater, connection, start-up and safety check."}, 300, 600, 120, fixed, home},
			{words{"Rénovation de salle de bain", "تجديد الحمام", "Bathroom renovation"}, words{"Visite, prise de mesures et devis pour refaire arrivées d’eau, évacuations et sanitaires.", "زيارة وأخذ القياسات وعرض أثمان لتجديد قنوات الماء والصرف والأدوات الصحية.", "A visit, measurements and a quote for new pipes, drains and fittings."}, 0, 0, 60, asked, home},
		}, []extra{
			{words{"Remplacement du mitigeur", "تغيير الصنبور", "Mixer tap replacement"}, 80, 180, 30},
			{words{"Détartrage", "إزالة الكلس", "Descaling"}, 60, 120, 30},
			{words{"Contrôle de toute l’installation", "مراقبة الشبكة كاملة", "Check of the whole installation"}, 100, 200, 30},
		}},
		{"electricite", name{"Électricité", "كهرباء"}, words{"l’électricité", "الكهرباء", "electrical work"}, "electromenager", []offer{
			{words{"Dépannage électrique", "إصلاح عطب كهربائي", "Electrical fault repair"}, words{"Recherche de panne, remise en route et mise en sécurité du tableau.", "البحث عن العطب وإعادة التيار وتأمين اللوحة الكهربائية.", "We find the fault, restore power and make the fuse board safe."}, 150, 350, 60, fixed, home},
			{words{"Pose de luminaires et de prises", "تركيب المصابيح والمقابس", "Lights and sockets"}, words{"Pose de lustres, spots, prises et interrupteurs, câblage propre et discret.", "تركيب الثريات والمصابيح والمقابس ومفاتيح الإنارة بأسلاك مرتبة وغير ظاهرة.", "Chandeliers, spotlights, sockets and switches fitted with neat, hidden wiring."}, 100, 220, 60, hourly, home},
			{words{"Mise aux normes du tableau", "تأهيل اللوحة الكهربائية", "Fuse board upgrade"}, words{"Remplacement des disjoncteurs, ajout d’un différentiel et repérage de chaque circuit.", "استبدال القواطع وإضافة قاطع تفاضلي وترقيم كل دارة.", "New breakers, a residual-current device and a label on every circuit."}, 450, 900, 180, fixed, home},
		}, []extra{
			{words{"Prise supplémentaire", "مقبس إضافي", "One more socket"}, 60, 120, 30},
			{words{"Contrôle de la mise à la terre", "مراقبة التأريض", "Earthing check"}, 80, 150, 30},
		}},
		{"climatisation", name{"Clim", "تكييف"}, words{"la climatisation", "التكييف", "air conditioning"}, "electricite", []offer{
			{words{"Entretien de climatiseur", "صيانة المكيف", "Air conditioner service"}, words{"Nettoyage des filtres et des ailettes, contrôle du gaz et de l’évacuation.", "تنظيف المصافي والمبادل ومراقبة الغاز وتصريف الماء.", "Filters and fins cleaned, gas and drainage checked."}, 200, 350, 60, fixed, home},
			{words{"Recharge de gaz", "شحن غاز المكيف", "Refrigerant recharge"}, words{"Contrôle d’étanchéité puis recharge au poids exact indiqué par le fabricant.", "فحص التسرب ثم شحن الغاز بالوزن الذي يحدده المصنع.", "Leak test, then a recharge to the exact weight the maker gives."}, 350, 600, 90, fixed, home},
			{words{"Pose de climatiseur split", "تركيب مكيف سبليت", "Split unit installation"}, words{"Perçage, supports, liaison cuivre, mise sous vide et mise en service.", "الثقب والتثبيت وأنابيب النحاس وتفريغ الهواء والتشغيل.", "Drilling, brackets, copper lines, vacuum and start-up."}, 700, 1200, 180, fixed, home},
		}, []extra{
			{words{"Désinfection de l’unité", "تعقيم الوحدة", "Disinfection of the unit"}, 80, 150, 30},
			{words{"Second appareil", "جهاز ثان", "A second unit"}, 150, 280, 45},
		}},
		{"peinture", name{"Peinture", "صباغة"}, words{"la peinture", "الصباغة", "painting"}, "maconnerie", []offer{
			{words{"Peinture d’une chambre", "صباغة غرفة", "Painting a room"}, words{"Préparation des murs, sous-couche et deux couches de peinture lavable.", "تحضير الجدران وطبقة أساس وطبقتان من صباغة قابلة للغسل.", "Walls prepared, one undercoat and two coats of washable paint."}, 700, 1300, 420, fixed, home},
			{words{"Petites retouches et enduit", "ترقيعات وإصلاح الشقوق", "Touch-ups and filling"}, words{"Rebouchage des fissures, ponçage et raccord de teinte.", "سد الشقوق والحك وتوحيد اللون.", "Cracks filled, sanded and matched to the colour of the wall."}, 90, 160, 120, hourly, home},
			{words{"Tadelakt et enduits décoratifs", "تادلاكت وطلاء تزييني", "Tadelakt and decorative plaster"}, words{"Visite avec échantillons, conseils sur les teintes et devis au mètre carré.", "زيارة مع عينات واستشارة في الألوان وعرض أثمان بالمتر المربع.", "A visit with samples, advice on colours and a quote by the square metre."}, 0, 0, 60, asked, home},
		}, []extra{
			{words{"Plafond compris", "السقف أيضا", "Ceiling as well"}, 200, 400, 60},
			{words{"Protection et déplacement des meubles", "حماية الأثاث ونقله", "Covering and moving furniture"}, 80, 160, 30},
		}},
		{"menuiserie", name{"Menuiserie", "نجارة"}, words{"la menuiserie", "النجارة", "carpentry"}, "serrurerie", []offer{
			{words{"Réparation de porte et de fenêtre", "إصلاح الأبواب والنوافذ", "Door and window repair"}, words{"Réglage, rabotage, changement de charnières et de paumelles.", "ضبط وكشط وتغيير المفصلات.", "Adjusting, planing, new hinges."}, 150, 320, 90, fixed, home},
			{words{"Montage de meubles", "تركيب الأثاث", "Furniture assembly"}, words{"Montage soigné et fixation au mur de vos armoires, lits et étagères.", "تركيب متقن وتثبيت الخزانات والأسرة والرفوف على الجدار.", "Wardrobes, beds and shelves assembled with care and fixed to the wall."}, 90, 160, 120, hourly, home},
			{words{"Placard et cuisine sur mesure", "خزانة ومطبخ على المقاس", "Fitted wardrobe and kitchen"}, words{"Prise de mesures à domicile, plan en trois dimensions et devis détaillé.", "أخذ القياسات في المنزل وتصميم ثلاثي الأبعاد وعرض أثمان مفصل.", "Measuring at home, a 3D plan and a detailed quote."}, 0, 0, 60, asked, home},
		}, []extra{
			{words{"Vernis ou peinture", "طلاء أو فرنيش", "Varnish or paint"}, 100, 250, 60},
			{words{"Évacuation des anciens meubles", "التخلص من الأثاث القديم", "Removal of old furniture"}, 100, 200, 30},
		}},
		{"serrurerie", name{"Serrurerie", "أقفال"}, words{"la serrurerie", "إصلاح الأقفال", "locksmithing"}, "menuiserie", []offer{
			{words{"Ouverture de porte claquée", "فتح باب مغلق", "Opening a locked door"}, words{"Ouverture sans dégât dans la plupart des cas, sur présentation d’un justificatif.", "فتح دون أضرار في أغلب الحالات مع إثبات الهوية والسكن.", "Opened without damage in most cases, on proof that you live there."}, 150, 300, 45, fixed, home},
			{words{"Changement de serrure", "تغيير القفل", "Lock replacement"}, words{"Dépose de l’ancienne serrure et pose d’un cylindre de sécurité avec cinq clés.", "نزع القفل القديم وتركيب أسطوانة أمان مع خمسة مفاتيح.", "The old lock removed and a security cylinder with five keys fitted."}, 250, 500, 60, fixed, home},
			{words{"Blindage de porte", "تصفيح الباب", "Door reinforcement"}, words{"Pose de cornières et d’une serrure trois points sur une porte existante.", "تركيب زوايا حديدية وقفل بثلاث نقط على باب موجود.", "Steel angles and a three-point lock fitted to an existing door."}, 900, 1600, 180, fixed, home},
		}, []extra{
			{words{"Double de clés", "نسخة من المفاتيح", "Spare keys"}, 30, 80, 15},
			{words{"Judas optique", "عين سحرية", "Door viewer"}, 60, 120, 30},
		}},
		{"maconnerie", name{"Bâtiment", "بناء"}, words{"la maçonnerie", "البناء", "masonry"}, "peinture", []offer{
			{words{"Pose de carrelage", "تركيب الزليج", "Tiling"}, words{"Ragréage, pose droite ou en diagonale, joints et nettoyage.", "تسوية الأرضية وتركيب مستقيم أو مائل مع الفواصل والتنظيف.", "Levelling, straight or diagonal laying, grouting and cleaning."}, 100, 180, 240, hourly, home},
			{words{"Étanchéité de terrasse", "عزل السطح ضد الماء", "Roof terrace waterproofing"}, words{"Diagnostic des infiltrations, réparation des fissures et membrane d’étanchéité.", "تشخيص تسرب المياه وإصلاح الشقوق ووضع غشاء عازل.", "Seepage traced, cracks repaired and a waterproof membrane laid."}, 600, 1200, 300, fixed, home},
			{words{"Petits travaux de maçonnerie", "أشغال بناء صغيرة", "Small masonry jobs"}, words{"Cloisons, ouvertures, seuils et reprises d’enduit.", "جدران فاصلة وفتحات وعتبات وترميم التلبيس.", "Partitions, openings, thresholds and plaster repairs."}, 90, 150, 180, hourly, home},
		}, []extra{
			{words{"Évacuation des gravats", "إخلاء الأنقاض", "Rubble removal"}, 120, 250, 45},
			{words{"Achat des matériaux avec vous", "شراء المواد برفقتكم", "Buying the materials with you"}, 100, 180, 60},
		}},
		{"electromenager", name{"Électroménager", "أجهزة منزلية"}, words{"la réparation d’électroménager", "إصلاح الأجهزة المنزلية", "appliance repair"}, "electricite", []offer{
			{words{"Réparation de machine à laver", "إصلاح آلة الغسيل", "Washing machine repair"}, words{"Diagnostic, remplacement de la pompe, de la courroie ou de la résistance.", "تشخيص العطب وتغيير المضخة أو الحزام أو المقاومة.", "Diagnosis, and a new pump, belt or heating element."}, 150, 350, 75, fixed, home},
			{words{"Réparation de réfrigérateur", "إصلاح الثلاجة", "Refrigerator repair"}, words{"Thermostat, compresseur, joint de porte : réparation sur place quand c’est possible.", "منظم الحرارة أو الضاغط أو سدادة الباب: نصلح في المنزل متى أمكن.", "Thermostat, compressor, door seal: repaired on the spot where possible."}, 180, 400, 75, fixed, home},
			{words{"Réparation de four et de plaque", "إصلاح الفرن والموقد", "Oven and hob repair"}, words{"Brûleurs, allumage, thermostat et joint, avec contrôle de l’arrivée de gaz.", "المواقد والإشعال ومنظم الحرارة والسدادة مع مراقبة الغاز.", "Burners, ignition, thermostat and seal, with a check of the gas supply."}, 150, 320, 60, fixed, home},
		}, []extra{
			{words{"Détartrage de l’appareil", "إزالة الكلس من الجهاز", "Descaling the appliance"}, 60, 120, 30},
			{words{"Second appareil", "جهاز ثان", "A second appliance"}, 100, 200, 45},
		}},
	},
}
