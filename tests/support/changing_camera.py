"""A camera whose picture a test changes: a canvas in place of `getUserMedia`'s stream.

Chromium's fake camera plays a film in its own time; a test that teaches expressions must show the right face at the
right moment.
"""

import base64
import json
from collections.abc import Mapping

from playwright.sync_api import Page

# The pictures are drawn with a little noise: frames of a real camera differ. `moves` makes the face leave its place.
SCRIPT = """
(pictures => {
    const images = Object.fromEntries(Object.entries(pictures).map(([name, url]) => {
        const image = new Image();
        image.src = url;
        return [name, image];
    }));
    const canvas = document.createElement('canvas');
    Object.assign(canvas, {width: 640, height: 480});
    const context = canvas.getContext('2d', {willReadFrequently: true});
    let shown = Object.keys(pictures)[0];
    window.showFace = name => { if (name in images) shown = name; };
    const draw = () => {
        if (images[shown].complete) context.drawImage(images[shown], 0, 0, 640, 480);
        context.fillStyle = `rgb(${[0, 0, 0].map(() => Math.floor(256 * Math.random())).join()})`;
        context.fillRect(0, 0, 2, 2);
    };
    navigator.mediaDevices.getUserMedia = async () => {
        setInterval(draw, 33);
        return canvas.captureStream(30);
    };
})(%s);
"""

# Shows the face that the page asks for in a round, as a person would.
IMITATE = """() => {
    const follow = () => {
        const {round} = document.documentElement.dataset;
        const {expression} = document.querySelector('#emoji').dataset;
        if (round === 'ready' || round === 'holding') window.showFace(expression);
    };
    new MutationObserver(follow).observe(document.documentElement, {attributes: true, subtree: true,
        attributeFilter: ['data-round', 'data-expression']});
    follow();
}"""


def use_changing_camera(page: Page, pictures: Mapping[str, bytes]) -> None:
    """Give the page this camera from its next load on: pictures (JPEG or PNG) by name, the first one shown first."""
    urls = {name: "data:image/*;base64," + base64.b64encode(data).decode() for name, data in pictures.items()}
    page.add_init_script(SCRIPT % json.dumps(urls))


def show(page: Page, name: str) -> None:
    """Show another picture from now on."""
    page.evaluate("name => window.showFace(name)", name)


def imitate(page: Page) -> None:
    """From now on, show in a round the picture of the label that the page asks for."""
    page.evaluate(IMITATE)
