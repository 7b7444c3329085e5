// Draws the picture of the README: the way from a handle to its object's bytes, through either tier.
//
//   java docs/ObjectsWay.java > docs/objects-way.svg

private static final String INK = "#1f2933";
private static final String FAINT = "#7b8794";
private static final String PAPER = "#ffffff";
private static final String DRAM = "#d9f0e3";
private static final String DEVICE = "#dbe7fb";
private static final String WORD = "#fdf0d0";
private static final String CHOSEN = "#f6b26b";

private final StringBuilder svg = new StringBuilder();

void main() {
    svg.append("""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 640"
            font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="14">
            <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"
            orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="%s"/></marker></defs>
            """.formatted(INK));
    box(0, 0, 960, 640, PAPER, PAPER, "");
    handle();
    registry();
    frame();
    zone();
    moves();
    bytes();
    svg.append("</svg>\n");
    IO.print(svg);
}

void handle() {
    text(40, 34, "start", INK, "<tspan font-weight=\"bold\">handle</tspan>: 64 bits, issued once and never again");
    box(40, 44, 330, 40, WORD, INK, "slab id, 30 bits");
    box(370, 44, 270, 40, WORD, INK, "generation, 24");
    box(640, 44, 170, 40, WORD, INK, "slot, 8");
    box(810, 44, 110, 40, WORD, INK, "format, 2");
}

void registry() {
    arrow(205, 84, 205, 146, false);
    text(216, 120, "start", FAINT, "index");
    text(920, 140, "end", INK, "<tspan font-weight=\"bold\">registry</tspan>: 64 bits for each slab, in either tier");
    for (int word = 0; word < 8; word++) {
        box(40 + word * 110, 150, 110, 34, word == 1 ? CHOSEN : WORD, INK, word == 1 ? "" : "...");
    }
    box(150, 150, 110, 34, CHOSEN, INK, "slab's word");
    text(256, 212, "start", FAINT, "base generation, state, size class, and where: a frame, or a block of the device");
    path("M190,184 L190,290", false);
    text(180, 262, "end", INK, "resident");
    path("M240,184 L240,236 L700,236 L700,290", false);
    text(712, 262, "start", INK, "cold");
}

void frame() {
    box(40, 294, 320, 150, DRAM, INK, "");
    text(52, 316, "start", INK, "<tspan font-weight=\"bold\">frame</tspan> in DRAM: a slab of equal slots");
    slots(56, 330, 4, 72);
    text(52, 430, "start", FAINT, "a slot: handle, then payload");
}

void zone() {
    box(500, 294, 420, 150, DEVICE, INK, "");
    text(512, 316, "start", INK, "<tspan font-weight=\"bold\">zone</tspan> of the SSD: slabs of epochs, in sequence");
    for (int image = 0; image < 5; image++) {
        box(516 + image * 64, 330, 60, 56, image == 2 ? CHOSEN : PAPER, INK, image == 2 ? "image" : "");
    }
    path("M846,326 L846,390", true);
    text(852, 362, "start", FAINT, "write");
    text(852, 378, "start", FAINT, "pointer");
    text(512, 410, "start", FAINT, "an image: identity and checksum, then the slots;");
    text(512, 430, "start", FAINT, "both are verified on each read");
}

void slots(int x, int y, int columns, int width) {
    for (int slot = 0; slot < 2 * columns; slot++) {
        int left = x + slot % columns * width;
        int top = y + slot / columns * 40;
        box(left, top, 18, 32, slot == 5 ? CHOSEN : WORD, INK, "");
        box(left + 18, top, width - 26, 32, slot == 5 ? CHOSEN : PAPER, INK, "");
    }
}

void moves() {
    arrow(360, 338, 498, 338, false);
    text(430, 330, "middle", INK, "demote");
    arrow(500, 388, 362, 388, false);
    text(430, 408, "middle", INK, "promote");
    text(430, 458, "middle", FAINT, "the handle stays the same");
}

void bytes() {
    path("M190,444 L190,500 L340,500 L340,528", false);
    path("M700,444 L700,500 L620,500 L620,528", false);
    text(480, 500, "middle", INK, "the slot that the handle names");
    box(250, 532, 460, 40, CHOSEN, INK, "its first 8 bytes are the handle? then the object's bytes");
    text(480, 598, "middle", FAINT, "else, or where the generation is below the base: the handle is stale, for ever");
    text(480, 620, "middle", FAINT, "an epoch's slabs lie together, so that a zone reset erases what died together");
}

void box(int x, int y, int width, int height, String fill, String stroke, String label) {
    svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n"
            .formatted(x, y, width, height, fill, stroke));
    if (!label.isEmpty()) {
        text(x + width / 2, y + height / 2 + 5, "middle", INK, label);
    }
}

void text(int x, int y, String anchor, String fill, String label) {
    svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\"\n>%s</text>\n"
            .formatted(x, y, anchor, fill, label));
}

void arrow(int x, int y, int toX, int toY, boolean dashed) {
    path("M%d,%d L%d,%d".formatted(x, y, toX, toY), dashed);
}

void path(String way, boolean dashed) {
    svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" %s/>\n"
            .formatted(way, INK, dashed ? "stroke-dasharray=\"4\"" : "marker-end=\"url(#head)\""));
}
