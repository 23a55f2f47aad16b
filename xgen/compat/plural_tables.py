"""What becomes of words, by their endings. Made by `benchmarks/plurals.py`."""

from __future__ import annotations

from typing import Final

PLURAL: Final = """\
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^innings ^jackanapes ^mackerel ^mews ^moose ^mumps ^news ^nexus ^offspring ^pajamas
0 ^pence ^pincers ^pliers ^proceedings ^pyjamas ^quid ^rabies ^salmon ^samuri ^scissors ^series
0 ^shears ^siemens ^species ^subspecies ^testes ^theirs ^them ^they ^trousers ^trout ^tuna
0 ^whiting ^you ^yours butter cash ceps craft deer fish furniture information lese measles mese
0 nese ois pox rese sheep
0a ^rom
0e alga alumna persona vertebra vita
0en ^ox
0es ^acropolis ^aegis ^alias ^asbestos ^atlas ^bathos ^bias ^caddis ^cannabis ^canvas ^chaos
0es ^chrysalis ^clitoris ^cosmos ^dais ^digitalis ^ephemeris ^epidermis ^epididymis ^ethos ^eyas
0es ^gas ^glottis ^hubris ^ibis ^iris ^lens ^mantis ^marquis ^metropolis ^pathos ^pelvis ^penis
0es ^polis ^rhinoceros ^sassafras ^trellis ^yes akimbo ch colo dumbo itis lfo o quartz salerno
0es sh ss topaz us velcro x zz
0ren ^child
0s . ^ado ^flatfoot ^lowlife ^mongoose ^oto ^sabertooth ^sabretooth ^tenderfoot ^trilby
0s aficionado aggro albino allegro alto ammo ao archipelago armadillo arman ataman auto avocado
0s ay basso bingo bolero bongo burro caiman canto cappuccino casino cayman cello ceriman
0s cilantro cochito coco commando concertino contango credo crescendo cro cyano czech deaf demo
0s desman ditto dolman duo dynamo embryo eo erno espresso eunuch euro ey falsetto fiasco
0s flamenco fo generalissimo ghetto gizmo gringo guano hetman hippo human imbo impetigo
0s intermezzo intertrigo io irdo junto kilo leman libero libido libretto lido limo lineno lingo
0s lino livedo loco logo lumbago macho magneto magnifico manifesto medico memo metro milf mono
0s myo neutrino octavo olo oo oregano oso ottoman oy panto pedalo photo piano pimento pinto
0s pleco pogo poncho pro psycho pueblo quarto repo rhino risotto rondo rso saddo sago salvo
0s scherzando scherzo shaman silo simenon sirocco sombrero soprano staccato stomach stucco stylo
0s sumo taco talisman techno tempo terrazzo testudo timpano tiro tobacco torero typo ulf umbo uy
0s vaquero vibrato yro zero
0zes z
1ce ^die
1ces helix radix
1i ^graffito ^mythos
1ies quy y
1s ^atman
1ves ^loaf arf eaf lf
2a agendum asyndeton bacterium candelabrum criterion datum extremum helion hyperbaton menon
2a organon ovum ratum tozoon
2en barman man
2era ^genus
2es ^testis cis sis xis
2i alumnus alveolus bacillus bronchus locus meniscus nucleus sarcophagus stimulus
2ices codex murex silex
2ies ^money
2ina ^carmen ^numen
2they ^he ^it
2us ^me
2ves knife life wife
3eet foot
3theirs ^his ^its
3them ^her ^him
3they ^she
4eese goose
4eeth tooth
4ice ^booklouse ^grapelouse ^louse ^woodlouse mouse
4ople person
4ours ^mine
4theirs ^hers
5tacos ^service_taco
6ourselves ^myself
6themselves ^itself
7themselves ^herself ^himself"""

PLURAL_OF_CAPITALISED: Final = """\
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^innings ^jackanapes ^mackerel ^maltese ^mews ^moose ^mumps ^news ^nexus ^offspring
0 ^pajamas ^pekingese ^pence ^pincers ^pliers ^portuguese ^proceedings ^pyjamas ^quid ^rabies
0 ^salmon ^samuri ^scissors ^series ^shears ^siemens ^species ^subspecies ^testes ^theirs ^them
0 ^they ^trousers ^trout ^tuna ^whiting ^you ^yours butter cash ceps craft deer fish furniture
0 information lese measles mese nese ois pox rese sheep
0a ^rom
0e alga alumna persona vertebra vita
0en ^ox
0es ^acropolis ^aegis ^alias ^asbestos ^atlas ^bathos ^bias ^caddis ^cannabis ^canvas ^chaos
0es ^chrysalis ^clitoris ^cosmos ^dais ^digitalis ^ephemeris ^epidermis ^epididymis ^ethos ^eyas
0es ^gas ^glottis ^hubris ^ibis ^iris ^lens ^mantis ^marquis ^metropolis ^pathos ^pelvis ^penis
0es ^polis ^rhinoceros ^sassafras ^trellis akimbo ch colo dumbo es itis lfo o quartz salerno sh
0es ss topaz us velcro x zz
0ren ^child
0s . ^ado ^flatfoot ^lowlife ^mongoose ^oto ^sabertooth ^sabretooth ^tenderfoot aficionado aggro
0s alabaman albino allegro alto ammo ao archipelago armadillo arman ataman auto avocado basso
0s bingo bolero bongo burro caiman canto cappuccino casino cayman cello ceriman cilantro cochito
0s coco commando concertino contango credo crescendo cro cyano czech deaf demo desman ditto
0s dolman duo dynamo embryo eo erno espresso eunuch euro falsetto fiasco flamenco fo
0s generalissimo german ghetto gizmo gringo guano hetman hippo human imbo impetigo intermezzo
0s intertrigo io irdo junto kilo leman libero libido libretto lido limo lineno lingo lino livedo
0s loco logo lumbago macho magneto magnifico manifesto medico memo metro milf mono myo neutrino
0s norman octavo oklahoman olo oo oregano oso ottoman panto pedalo photo piano pimento pinto
0s pleco pogo poncho pro psycho pueblo quarto repo rhino risotto roman rondo rso saddo sago
0s salvo scherzando scherzo shaman silo simenon sirocco sombrero soprano staccato stomach stucco
0s stylo sumo taco talisman techno tempo terrazzo testudo timpano tiro tobacco torero typo ulf
0s umbo vaquero vibrato yro zero
0zes z
1ce ^die
1ces helix radix
1i ^graffito ^mythos
1ies ^infinity ^romany quy
1s ^atman
1ves ^loaf arf eaf lf
2a agendum asyndeton bacterium candelabrum criterion datum extremum helion hyperbaton menon
2a organon ovum ratum tozoon
2en barman man
2era ^genus
2es ^testis cis sis xis
2i alumnus alveolus bacillus bronchus locus meniscus nucleus sarcophagus stimulus
2ices codex murex silex
2ies ^money
2ina ^carmen ^numen
2they ^he ^it
2us ^me
2ves knife life wife
3eet foot
3theirs ^his ^its
3them ^her ^him
3they ^she
4acos ^tenanttaco
4eese goose
4eeth tooth
4ice ^booklouse ^grapelouse ^louse ^woodlouse mouse
4ople person
4ours ^mine
4theirs ^hers
6ourselves ^myself
6themselves ^itself
7themselves ^herself ^himself"""

SINGULAR: Final = """\
- . ^apparatus ^hiatus ^impetus ^plexus ^prospectus ^s ^sinus ^status inamorata mahabharata
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^infinity ^innings ^jackanapes ^lore ^mackerel ^mews ^moose ^mumps ^news ^nexus
0 ^offspring ^pajamas ^pence ^pincers ^pliers ^proceedings ^pyjamas ^quid ^rabies ^salmon
0 ^samuri ^scissors ^series ^shears ^siemens ^species ^subspecies ^testes ^trousers ^trout ^tuna
0 ^whiting ^you ^yours butter cash ceps craft deer fish furniture information lese measles mese
0 nese ois pox rese sheep
1 ^abuses ^aches ^aeries ^aloes ^annexes ^applauses ^avalanches ^axes ^backaches ^backhoes
1 ^baggies ^belies ^bellyaches ^biggies ^birdies ^bivalves ^blouses ^bogies ^bonnies ^boogies
1 ^bookies ^bouillabaisses ^bourgeoisies ^brownies ^budgies ^caches ^caddies ^calories
1 ^camaraderies ^canoes ^carouses ^causes ^chartreuses ^clauses ^cloches ^cockamamies ^collies
1 ^contuses ^cookies ^coolies ^cooties ^coteries ^crappies ^creches ^crevasses ^curies ^cutesies
1 ^deluxes ^demitasses ^dissolves ^does ^dogies ^douches ^douses ^earaches ^excuses ^eyries
1 ^fiches ^floes ^floozies ^foes ^footsies ^freebies ^fuses ^genies ^goalies ^groupies ^grouses
1 ^headaches ^heartaches ^hies ^hoes ^hypotenuses ^impasses ^interweaves ^jalousies ^junkies
1 ^kiddies ^laddies ^lassies ^lies ^lingeries ^magpies ^masseuses ^menageries ^menopauses
1 ^microfiches ^mistletoes ^misuses ^mommies ^mousses ^movies ^muses ^neckties ^newbies ^niches
1 ^nighties ^oboes ^oldies ^olives ^organdies ^overlies ^overuses ^pastiches ^pauses ^pekoes
1 ^peruses ^pickaxes ^pies ^pinkies ^pixies ^posses ^potpies ^prairies ^profuses ^psyches
1 ^quiches ^quickies ^recluses ^resolves ^reuses ^reveries ^roes ^roma ^rookies ^rotisseries
1 ^ruses ^salves ^sloes ^softies ^sorties ^souses ^spouses ^stomachaches ^stymies ^suffuses
1 ^sweeties ^talouses ^throes ^ties ^tiptoes ^toes ^toothaches ^tranches ^transfuses ^twelves
1 ^underlies ^unties ^uses ^valves ^veggies ^vies ^weaves ^woes ^yuppies ^zombies algae alumnae
1 deaves houses personae s shoes vertebrae vitae
10itself ^themselves
1e ^genii
1n ^atmas
1on ^ganglia aphelia asyndeta criteria hyperbata noumena omena organa perihelia tozoa
1s ^mythoi
1um agenda bacteria candelabra data extrema ova rata
1us alumni alveoli bacilli bronchi loci menisci nuclei sarcophagi stimuli
2 ^acropolises ^aegises ^aliases ^asbestoses ^atlases ^bathoses ^biases ^buzzes ^caddises
2 ^cannabises ^canvases ^chaoses ^chilies ^chrysalises ^clitorises ^cosmoses ^daises
2 ^digitalises ^ephemerises ^epidermises ^epididymises ^ethoses ^eyases ^fizzes ^frizzes ^gases
2 ^glottises ^hubrises ^ibises ^irises ^lenses ^mantises ^marquises ^metropolises ^oxen
2 ^pathoses ^pelvises ^penises ^polises ^quartzes ^razzes ^rhinoceroses ^sassafrases ^topazes
2 ^trellises ^yeses ches itises oes shes sses uses xes
2I ^we
2an men
2e ^dice
2is ^amanuenses ^amniocenteses ^analyses ^antitheses ^apotheoses ^arterioscleroses
2is ^atheroscleroses ^catalyses ^catharses ^cirrhoses ^cocces ^crises ^diagnoses ^dialyses
2is ^diereses ^electrolyses ^emphases ^exegeses ^geneses ^halitoses ^hydrolyses ^hypnoses
2is ^hypotheses ^hystereses ^metamorphoses ^metastases ^misdiagnoses ^mitoses ^mononucleoses
2is ^narcoses ^necroses ^nemeses ^neuroses ^oases ^osmoses ^osteoporoses ^paralyses ^parentheses
2is ^parthenogeneses ^penes ^periphrases ^photosyntheses ^preces ^probosces ^prognoses
2is ^prostheses ^psoriases ^psychoanalyses ^psychokineses ^psychoses ^scleroses ^scolioses
2is ^sepses ^silicoses ^symbioses ^synopses ^syntheses ^telekineses ^theses ^thromboses
2is ^tuberculoses ^urinalyses
2me ^us
3 ^children zzes
3en ^carmina ^numina
3ey ^monies
3f ^beeves ^hooves ^loaves ^thieves ^turves arves eaves lves
3fe lives nives wives
3oot feet
3ouse ^booklice ^grapelice ^lice ^woodlice mice
3us ^corpora ^genera ^opera
3ut ^occipita
3x helices radices
3y ies
4cow ^kine
4ex codices murices silices
4it ^them ^they
4mine ^ours
4oose geese
4ooth teeth
4rson people
4s ^atlantes
4us ^octopodes
6its ^theirs
6other ^brethren
9myself ^ourselves"""

SINGULAR_OF_CAPITALISED: Final = """\
- . ^apparatus ^hiatus ^impetus ^plexus ^prospectus ^sinus ^status inamorata mahabharata
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^infinity ^innings ^jackanapes ^lore ^mackerel ^maltese ^mews ^moose ^mumps ^news
0 ^nexus ^offspring ^pajamas ^pekingese ^pence ^pincers ^pliers ^portuguese ^proceedings
0 ^pyjamas ^quid ^rabies ^salmon ^samuri ^scissors ^series ^shears ^siemens ^species ^subspecies
0 ^testes ^trousers ^trout ^tuna ^whiting ^you ^yours butter cash ceps craft deer fish furniture
0 information lese measles mese nese ois pox rese sheep
1 ^abuses ^aches ^addies ^aeries ^aggies ^allies ^aloes ^amies ^andromaches ^angies ^annexes
1 ^annies ^annmaries ^apaches ^applauses ^archies ^arties ^aussies ^avalanches ^axes ^backaches
1 ^backhoes ^baggies ^barbies ^barries ^basies ^belies ^bellyaches ^bennies ^bernies ^berties
1 ^bessies ^betelgeuses ^betties ^biggies ^billies ^birdies ^bivalves ^blanches ^blondies
1 ^blouses ^bobbies ^bogies ^bolshois ^bonnies ^boogies ^bookies ^bouillabaisses ^bourgeoisies
1 ^bowies ^brandies ^bries ^brownies ^budgies ^caches ^caddies ^callies ^calories ^camaraderies
1 ^canoes ^carnegies ^carouses ^carries ^cassies ^causes ^charlies ^chartreuses ^cheries ^chloes
1 ^christies ^clauses ^clives ^cloches ^cockamamies ^collies ^comanches ^connies ^contuses
1 ^cookies ^coolies ^cooties ^coteries ^crappies ^creches ^crevasses ^crusoes ^curies ^cutesies
1 ^dannies ^debbies ^defoes ^deluxes ^demitasses ^dissolves ^dixies ^does ^dogies ^dollies
1 ^donnies ^douches ^douses ^drambuies ^duses ^earaches ^eddies ^effies ^ellies ^elsies ^eries
1 ^ernies ^essies ^eugenies ^excuses ^eyries ^faeroes ^fannies ^fiches ^floes ^floozies
1 ^flossies ^foes ^footsies ^frankies ^freddies ^freebies ^fuses ^genies ^gillespies ^goalies
1 ^goldies ^gracies ^groupies ^grouses ^guthries ^hallies ^hanois ^hatties ^headaches
1 ^heartaches ^hesses ^hetties ^hies ^hoes ^hollies ^hypotenuses ^impasses ^interweaves
1 ^ivanhoes ^jackies ^jalousies ^jamies ^janies ^jannies ^jeanies ^jeannies ^jennies ^jesses
1 ^jessies ^jimmies ^jodies ^joes ^johnies ^johnnies ^josies ^julies ^junkies ^kalgoorlies
1 ^kathies ^katies ^kellies ^kewpies ^kiddies ^kristies ^laddies ^laramies ^larousses ^lassies
1 ^lauries ^leslies ^lessies ^lies ^lillies ^lingeries ^lizzies ^lonnies ^lories ^lorries
1 ^lotties ^louies ^mackenzies ^maggies ^magpies ^maisies ^mamies ^marcies ^margies ^marjories
1 ^masseuses ^matisses ^matties ^melanies ^menageries ^menopauses ^meuses ^mickies ^microfiches
1 ^millies ^minnies ^mistletoes ^misuses ^moes ^mollies ^mommies ^monroes ^mounties ^mousses
1 ^movies ^muses ^nannies ^natalies ^neckties ^nellies ^netties ^newbies ^niches ^nietzsches
1 ^nighties ^noes ^oboes ^oldies ^olives ^ollies ^organdies ^overlies ^overuses ^ozzies
1 ^palmolives ^pastiches ^pauses ^pearlies ^pekoes ^peruses ^pickaxes ^pies ^pinkies ^pixies
1 ^poes ^porsches ^posses ^potpies ^pottawatomies ^prairies ^profuses ^psyches ^quiches
1 ^quickies ^recluses ^reggies ^resolves ^reuses ^reveries ^richies ^rickies ^robbies ^roches
1 ^roes ^roma ^ronnies ^rookies ^rosalies ^roscoes ^rosemaries ^rosies ^rotisseries ^roxies
1 ^ruses ^rushdies ^ruthies ^sadies ^sallies ^salves ^sammies ^scotties ^selassies ^sherries
1 ^sloes ^softies ^sophies ^sorties ^souses ^spouses ^stacies ^stefanies ^stephanies ^stevies
1 ^stomachaches ^stymies ^suffuses ^susies ^sweeties ^sylvies ^syracuses ^tahoes ^talouses
1 ^tammies ^terries ^tessies ^throes ^ties ^tippecanoes ^tiptoes ^toes ^tommies ^toothaches
1 ^toulouses ^tracies ^tranches ^transfuses ^trekkies ^twelves ^underlies ^unties ^uses
1 ^valaries ^valeries ^valkyries ^valves ^veggies ^vickies ^vies ^virgies ^weaves ^willies
1 ^winnies ^woes ^wylies ^yorkies ^yuppies ^zoes ^zombies algae alumnae houses personae s shoes
1 vertebrae vitae
10itself ^themselves
1e ^genii
1n ^atmas
1on ^ganglia aphelia asyndeta criteria hyperbata noumena omena organa perihelia tozoa
1s ^mythoi
1um agenda bacteria candelabra data extrema ova rata
1us alumni alveoli bacilli bronchi loci menisci nuclei sarcophagi stimuli
2 ^acropolises ^aegises ^aliases ^asbestoses ^atlases ^bathoses ^biases ^buzzes ^caddises
2 ^cannabises ^canvases ^chaoses ^chilies ^chrysalises ^clitorises ^cosmoses ^daises
2 ^digitalises ^ephemerises ^epidermises ^epididymises ^ethoses ^eyases ^fizzes ^frizzes ^gases
2 ^glottises ^hubrises ^ibises ^irises ^lenses ^mantises ^marquises ^metropolises ^oxen
2 ^pathoses ^pelvises ^penises ^polises ^quartzes ^razzes ^rhinoceroses ^sassafrases ^topazes
2 ^trellises ches eses itises oes shes sses uses xes
2an men
2e ^dice
2i ^we
2is ^penes
2me ^us
3 ^children zzes
3en ^carmina ^numina
3ey ^monies
3f ^beeves ^hooves ^loaves ^thieves ^turves arves eaves lves
3fe lives nives wives
3oot feet
3ouse ^booklice ^grapelice ^lice ^woodlice mice
3us ^corpora ^genera ^opera
3ut ^occipita
3x helices radices
3y ies
4cow ^kine
4ex codices murices silices
4it ^them ^they
4mine ^ours
4oose geese
4ooth teeth
4rson people
4s ^atlantes
4us ^octopodes
6its ^theirs
6other ^brethren
9myself ^ourselves"""
