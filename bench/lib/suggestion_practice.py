"""The practice day as a history: its mentions, labelled by hand with the matter they are about.

Only mentions that share their matter with others are here, each once. The answers are plausible ones: of
every four mentions three got the right answer of their matter, the fourth a friendly one that says nothing.
"""

from __future__ import annotations

from importlib.resources import files
from random import Random

from bench.lib.suggestion_history import Step
from channels.practice.day import script
from domain.clock import MINUTE

_MATTERS = {
    "outage": """keistadkees hetisjudith thuiswerktim robinvd3825 +31600000201 amersfoort_expat koppie_koffie
        puberinhuis anouk.leest vathorst_vic +31600000202 dedikkeduim gamer_gideon dev_in_dutch kapsalon.knip
        statenlid_pvdb moeder_met_mok apotheek_ster huisarts_hogeweg""",
    "slow": """bartvl dutchify.me +31600000107 rik_op_zolder packetloss +32400000110 pannenlap z.zalgo docjoep
        serieuskijker nightowl""",
    "power": """bakkerij_dekrul kookvuur_k c.dewaal wilma.schaap laatdienst_l""",
    "heat": """nachtzuster_jo jaapie1971 nooitmeerkoud ed.schouten r.van.os lotte.wonen +32400000102""",
    "engineer": """+31600000104 martijn_ow samthebaker treinleesster nmeijer dekoffieisop dad_of_twins sven_o
        marcus_t peerke_vl truus_de_mier""",
    "bill": """gerda.huisman w.terhorst a.zijlstra wout_s haagsehopjes +32400000114 e.groenewoud +31600000118
        meelezer_m disappointed_d +31600000112 s.vermaat""",
    "double": """h.elzinga y.benali""",
    "silence": """linda.p wachtende_wil kimkantoor stiltecoupe eenmansorkest frietje_met notaris_nee ikbenelly
        mieke.claessens j.terpstra caps_carla +31600000121 dochtervan_ans dedrieb2""",
    "leaving": """d.kloosterman kijkmaarfrits dedrieb fam.deruiter l.tuinstra""",
    "app": """tessa_vr louis.elsewhere linuxlaura grijze.muis privacyprins bikes.and.bits""",
    "damage": """martin_mkb +31600000204 lotje_getikt""",
    "praise": """sanneloopt oma.riet familie_bos coach_ron mama_van_3 marloes_dv tineke.w kvdmeer
        stroomstootje inge.k mo_h vandermeulen.gezin +31600000113 n.hendriks m.oudkerk verhuisvrouw
        antwerpse_an klaas_k
        tallgirl_delft fietsfreek studio.mos harbourcafe""",
}  # fmt: skip

_VAGUE = {
    "nl": "Dank je wel voor je bericht, we nemen het mee.",
    "en": "Thank you for your message, we take note.",
}


def _right() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in (files("bench.lib") / "suggestion_practice.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            matter, lang, text = line.split("|", 2)
            found[matter, lang] = text
    return found


def practised(seed: int) -> list[Step]:
    """The labelled mentions of one practice day in their order, with answers."""
    chance = Random(seed)
    matter_of = {handle: matter for matter, handles in _MATTERS.items() for handle in handles.split()}
    answers = _right()
    history: list[Step] = []
    seen: set[str] = set()
    for number, line in enumerate(script()):
        matter = matter_of.get(line.handle)
        if matter is None or line.handle in seen or line.lang not in _VAGUE:
            continue
        seen.add(line.handle)
        right = f"{matter}/{line.lang}/right"
        good = chance.random() < 0.75
        answer = answers[matter, line.lang] if good else _VAGUE[line.lang]
        history.append(
            Step(
                at=number * 5 * MINUTE, text=line.text, lang=line.lang, channel="practice", contact=line.name,
                right=right, sent=right if good else f"vague/{line.lang}", answer=f"{answer} ^SV",
                afterwards="",
            )
        )  # fmt: skip
    return history
