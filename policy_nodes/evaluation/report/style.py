"""The style sheet of reports."""

from __future__ import annotations

from policy_nodes.evaluation.report.palette import style

FONTS = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif'

STYLE_SHEET = f"""
:root {{ color-scheme: light dark; {style('light')} }}
@media (prefers-color-scheme: dark) {{ :root {{ {style('dark')} }} }}
@media print {{ :root {{ color-scheme: light; {style('light')} }} }}
* {{ box-sizing: border-box; }}
body {{
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 72rem;
  background: var(--page); color: var(--ink);
  font: 400 1rem/1.5 {FONTS}; font-variant-numeric: tabular-nums;
}}
h1 {{ font-size: 1.7rem; font-weight: 650; line-height: 1.2; margin: 0 0 .25rem; }}
h2 {{ font-size: 1.15rem; font-weight: 650; margin: 2.75rem 0 .75rem; }}
h3 {{ font-size: 1rem; font-weight: 650; margin: 0 0 .5rem; }}
p {{ margin: 0 0 .75rem; max-width: 46rem; }}
.quiet, figcaption, caption, th, dt {{ color: var(--quiet); }}
.bad {{ color: var(--bad); font-weight: 600; }}
.cards {{
  display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
  gap: .75rem; margin: 1.5rem 0 0; padding: 0;
}}
.cards > div, .card {{
  background: var(--card); border: 1px solid var(--rule); border-radius: .5rem;
  padding: .9rem 1rem;
}}
.cards dt {{ font-size: .85rem; }}
.cards dd {{ margin: 0; font-size: 1.45rem; font-weight: 650; line-height: 1.3; }}
.cards dd small {{ display: block; font-size: .8rem; font-weight: 400; color: var(--quiet); }}
.notes {{ border-left: 3px solid var(--limited); padding-left: 1rem; margin: 1rem 0; }}
.scroll {{ overflow-x: auto; margin-bottom: 1rem; }}
table {{ border-collapse: collapse; font-size: .92rem; min-width: 100%; }}
caption {{ text-align: left; padding: 0 0 .5rem; }}
th, td {{
  padding: .35rem .8rem .35rem 0; text-align: right; border-bottom: 1px solid var(--rule);
}}
td {{ white-space: nowrap; }}
th {{ font-weight: 500; vertical-align: bottom; }}
tr:last-child td {{ border-bottom: 0; }}
td.text, th.text {{ text-align: left; }}
td.wrap {{ white-space: normal; min-width: 16rem; }}
figure {{ margin: 0; }}
figcaption {{ font-size: .88rem; margin-top: .4rem; max-width: 46rem; }}
svg, img {{ display: block; max-width: 100%; height: auto; }}
svg {{ width: 100%; }}
img {{ border-radius: .4rem; }}
svg text {{ font-family: inherit; }}
dl.facts {{
  display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; margin: 0;
  font-size: .92rem;
}}
dl.facts dd {{ margin: 0; overflow-wrap: anywhere; }}
.pair {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem 2.5rem; align-items: start; }}
.pair h2 {{ margin-top: 0; }}
main > .pair {{ margin-top: 2.75rem; }}
.episode {{
  display: grid; grid-template-columns: minmax(18rem, 5fr) minmax(20rem, 7fr);
  gap: 1.25rem; align-items: start;
}}
table.strip {{ min-width: 0; }}
.strip th, .strip td {{
  padding: .15rem .5rem .15rem 0; text-align: left; vertical-align: top; border-bottom: 0;
  white-space: normal;
}}
.strip td {{ min-width: 8.5rem; max-width: 8.5rem; overflow-wrap: anywhere; }}
.strip th[scope=row] {{ position: sticky; left: 0; min-width: 6.5rem; background: var(--page); }}
.strip img {{ width: 8rem; border-radius: .3rem; }}
.strip small {{ display: block; color: var(--quiet); }}
.legend {{ display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .5rem 0 0; }}
.legend li {{ list-style: none; font-size: .88rem; color: var(--quiet); }}
.legend span {{
  display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem;
  margin-right: .4rem; vertical-align: -.08rem;
}}
a {{ color: var(--robot); }}
@media (max-width: 52rem) {{
  .episode, .pair {{ grid-template-columns: 1fr; }}
}}
"""
