-- +goose Up
-- The cities and categories of the market. Their ids are readable and never change: bookings, addresses and links hold them.
INSERT INTO cities (id, name, latitude, longitude, position) VALUES
    ('casablanca', '{"fr":"Casablanca","ar":"الدار البيضاء","en":"Casablanca"}', 33.5731, -7.5898, 1),
    ('rabat', '{"fr":"Rabat","ar":"الرباط","en":"Rabat"}', 34.0209, -6.8416, 2),
    ('marrakech', '{"fr":"Marrakech","ar":"مراكش","en":"Marrakesh"}', 31.6295, -7.9811, 3),
    ('fes', '{"fr":"Fès","ar":"فاس","en":"Fez"}', 34.0331, -5.0003, 4),
    ('tanger', '{"fr":"Tanger","ar":"طنجة","en":"Tangier"}', 35.7595, -5.8340, 5),
    ('agadir', '{"fr":"Agadir","ar":"أكادير","en":"Agadir"}', 30.4278, -9.5981, 6),
    ('kenitra', '{"fr":"Kénitra","ar":"القنيطرة","en":"Kenitra"}', 34.2610, -6.5802, 7),
    ('oujda', '{"fr":"Oujda","ar":"وجدة","en":"Oujda"}', 34.6814, -1.9086, 8),
    ('meknes', '{"fr":"Meknès","ar":"مكناس","en":"Meknes"}', 33.8935, -5.5473, 9),
    ('tetouan', '{"fr":"Tétouan","ar":"تطوان","en":"Tetouan"}', 35.5785, -5.3684, 10),
    ('safi', '{"fr":"Safi","ar":"آسفي","en":"Safi"}', 32.2994, -9.2372, 11),
    ('essaouira', '{"fr":"Essaouira","ar":"الصويرة","en":"Essaouira"}', 31.5085, -9.7595, 12);

INSERT INTO categories (id, parent_id, name, position) VALUES
    ('travaux', NULL, '{"fr":"Travaux et dépannage","ar":"أشغال وإصلاحات","en":"Repairs and works"}', 1),
    ('entretien', NULL, '{"fr":"Ménage et entretien","ar":"تنظيف وعناية بالبيت","en":"Cleaning and care"}', 2),
    ('beaute', NULL, '{"fr":"Beauté et bien-être","ar":"جمال وعناية","en":"Beauty and wellness"}', 3),
    ('cours', NULL, '{"fr":"Cours et coaching","ar":"دروس وتدريب","en":"Lessons and coaching"}', 4),
    ('famille', NULL, '{"fr":"Famille","ar":"خدمات عائلية","en":"Family"}', 5),
    ('transport', NULL, '{"fr":"Transport et auto","ar":"نقل وسيارات","en":"Transport and cars"}', 6),
    ('evenements', NULL, '{"fr":"Fêtes et événements","ar":"أفراح ومناسبات","en":"Parties and events"}', 7),
    ('numerique', NULL, '{"fr":"Informatique","ar":"معلوميات","en":"Computers and web"}', 8);

INSERT INTO categories (id, parent_id, name, position) VALUES
    ('plomberie', 'travaux', '{"fr":"Plomberie","ar":"السباكة","en":"Plumbing"}', 1),
    ('electricite', 'travaux', '{"fr":"Électricité","ar":"الكهرباء","en":"Electrical work"}', 2),
    ('climatisation', 'travaux', '{"fr":"Climatisation et chauffage","ar":"التكييف والتدفئة","en":"Air conditioning and heating"}', 3),
    ('peinture', 'travaux', '{"fr":"Peinture","ar":"الصباغة","en":"Painting"}', 4),
    ('menuiserie', 'travaux', '{"fr":"Menuiserie","ar":"النجارة","en":"Carpentry"}', 5),
    ('serrurerie', 'travaux', '{"fr":"Serrurerie","ar":"إصلاح الأقفال","en":"Locksmith"}', 6),
    ('maconnerie', 'travaux', '{"fr":"Maçonnerie et carrelage","ar":"البناء والزليج","en":"Masonry and tiling"}', 7),
    ('electromenager', 'travaux', '{"fr":"Réparation d’électroménager","ar":"إصلاح الأجهزة المنزلية","en":"Appliance repair"}', 8),
    ('menage', 'entretien', '{"fr":"Ménage","ar":"تنظيف المنازل","en":"House cleaning"}', 1),
    ('repassage', 'entretien', '{"fr":"Repassage et lessive","ar":"الكي وغسل الملابس","en":"Ironing and laundry"}', 2),
    ('tapis', 'entretien', '{"fr":"Nettoyage de tapis et salons","ar":"تنظيف الزرابي والصالونات","en":"Carpet and sofa cleaning"}', 3),
    ('jardinage', 'entretien', '{"fr":"Jardinage","ar":"البستنة","en":"Gardening"}', 4),
    ('barbier', 'beaute', '{"fr":"Barbier","ar":"حلاقة الرجال","en":"Barber"}', 1),
    ('coiffure', 'beaute', '{"fr":"Coiffure femme","ar":"تصفيف شعر النساء","en":"Hairdressing"}', 2),
    ('manucure', 'beaute', '{"fr":"Manucure et pédicure","ar":"العناية بالأظافر","en":"Manicure and pedicure"}', 3),
    ('maquillage', 'beaute', '{"fr":"Maquillage et henné","ar":"المكياج والحناء","en":"Make-up and henna"}', 4),
    ('massage', 'beaute', '{"fr":"Massage","ar":"التدليك","en":"Massage"}', 5),
    ('soutien-scolaire', 'cours', '{"fr":"Soutien scolaire","ar":"دروس الدعم المدرسي","en":"School tutoring"}', 1),
    ('langues', 'cours', '{"fr":"Cours de langues","ar":"دروس اللغات","en":"Language lessons"}', 2),
    ('musique', 'cours', '{"fr":"Cours de musique","ar":"دروس الموسيقى","en":"Music lessons"}', 3),
    ('sport', 'cours', '{"fr":"Coach sportif","ar":"مدرب رياضي","en":"Personal trainer"}', 4),
    ('garde-enfants', 'famille', '{"fr":"Garde d’enfants","ar":"رعاية الأطفال","en":"Childcare"}', 1),
    ('aide-aines', 'famille', '{"fr":"Aide aux aînés","ar":"مرافقة كبار السن","en":"Care for the elderly"}', 2),
    ('cuisine', 'famille', '{"fr":"Cuisine à domicile","ar":"الطبخ في المنزل","en":"Home cook"}', 3),
    ('demenagement', 'transport', '{"fr":"Déménagement","ar":"نقل الأثاث","en":"Moving"}', 1),
    ('chauffeur', 'transport', '{"fr":"Chauffeur et transferts","ar":"سائق وتوصيل","en":"Driver and transfers"}', 2),
    ('mecanique', 'transport', '{"fr":"Mécanique auto","ar":"ميكانيك السيارات","en":"Car mechanic"}', 3),
    ('lavage-auto', 'transport', '{"fr":"Lavage auto","ar":"غسل السيارات","en":"Car wash"}', 4),
    ('photographie', 'evenements', '{"fr":"Photo et vidéo","ar":"التصوير","en":"Photo and video"}', 1),
    ('traiteur', 'evenements', '{"fr":"Traiteur","ar":"ممون الحفلات","en":"Catering"}', 2),
    ('depannage-informatique', 'numerique', '{"fr":"Dépannage informatique","ar":"إصلاح الحواسيب","en":"Computer repair"}', 1),
    ('sites-web', 'numerique', '{"fr":"Sites web","ar":"إنشاء المواقع","en":"Websites"}', 2);

-- +goose Down
DELETE FROM categories WHERE parent_id IS NOT NULL;
DELETE FROM categories;
DELETE FROM cities;
