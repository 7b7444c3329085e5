package io.znsslab.cli.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.IChart;

/** A page as one HTML document: no script, no other file, the plots as SVG in it. */
final class HtmlPage {
    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 0; }
            main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
            h1 { font-size: 1.6rem; margin: 1rem 0 .5rem; }
            h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: .15rem 1rem .15rem 0; text-align: left; vertical-align: top; }
            tr { border-bottom: 1px solid #e4e4e4; }
            td { overflow-wrap: anywhere; }
            th.number, td.number { text-align: right; }
            figure { margin: 1.5rem 0; }
            figure svg { width: 100%; height: auto; }
            figcaption { color: #555; font-size: .9rem; }
            .scroll { overflow-x: auto; }
            """;
    private static final Pattern ROOT = Pattern.compile("<svg\\b[^>]*>");
    private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");
    /** More digits than a screen shows. */
    private static final Pattern FRACTION = Pattern.compile("(\\d\\.\\d\\d)\\d+");

    private static final Pattern NUMBER = Pattern.compile("[-+]?[\\d,.]+( ?[^\\s\\d]{1,6}(/s)?)?");

    private final StringBuilder text = new StringBuilder();

    private HtmlPage() {}

    /** The document. */
    static String of(Page page) {
        return Drawing.run(() -> new HtmlPage().write(page));
    }

    private String write(Page page) throws IOException {
        text.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(escaped(page.title()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(escaped(page.title()))
                .append("</h1>\n<p>")
                .append(escaped(page.lead()))
                .append("</p>\n");
        page.tables().forEach(this::writeTable);
        for (int index = 0; index < page.plots().size(); index++) {
            writePlot(page.plots().get(index), "plot" + (index + 1));
        }
        return text.append("</main>\n</body>\n</html>\n").toString();
    }

    private void writeTable(Table table) {
        text.append("<h2>").append(escaped(table.heading())).append("</h2>\n<div class=\"scroll\"><table>\n");
        if (!table.columns().isEmpty()) {
            text.append("<thead><tr>");
            for (int column = 0; column < table.columns().size(); column++) {
                writeCell("th", table.columns().get(column), column > 0);
            }
            text.append("</tr></thead>\n");
        }
        text.append("<tbody>\n");
        for (List<String> row : table.rows()) {
            text.append("<tr>");
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                boolean right = !table.columns().isEmpty()
                        && column > 0
                        && NUMBER.matcher(cell).matches();
                writeCell(column == 0 ? "th" : "td", cell, right);
            }
            text.append("</tr>\n");
        }
        text.append("</tbody>\n</table></div>\n");
    }

    private void writeCell(String element, String content, boolean right) {
        text.append('<')
                .append(element)
                .append(right ? " class=\"number\">" : ">")
                .append(escaped(content))
                .append("</")
                .append(element)
                .append('>');
    }

    private void writePlot(Plot plot, String id) throws IOException {
        text.append("<figure id=\"").append(id).append("\">\n");
        if (PlotDrawing.isEmpty(plot)) {
            text.append("<p>").append(escaped(plot.title())).append(": nothing was measured.</p>\n");
        } else {
            text.append(svg(plot, id)).append('\n');
        }
        text.append("<figcaption>").append(escaped(plot.caption())).append("</figcaption>\n</figure>\n");
    }

    private static String svg(Plot plot, String id) throws IOException {
        IChart chart = PlotDrawing.of(plot);
        String file = new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8);
        return embedded(file, plot.title(), id, chart);
    }

    /**
     * The picture as an element of a page: without what stands before the element in a file, as wide as its place, and
     * with ids that no other picture of the page has.
     */
    private static String embedded(String file, String title, String id, IChart chart) {
        String element = file.substring(file.indexOf("<svg"));
        element = FRACTION.matcher(element).replaceAll("$1");
        element = ID.matcher(element).replaceAll("id=\"" + id + "-$1\"");
        element = element.replace("url(#", "url(#" + id + "-").replace("href=\"#", "href=\"#" + id + "-");
        String root = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                + "viewBox=\"0 0 " + chart.getWidth() + " " + chart.getHeight() + "\" role=\"img\" aria-label=\""
                + escaped(title) + "\">";
        return ROOT.matcher(element)
                .replaceFirst(Matcher.quoteReplacement(root))
                .strip();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
