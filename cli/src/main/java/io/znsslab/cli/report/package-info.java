/**
 * Reports that a command writes beside what it prints: one page of facts and plots, as HTML that needs no other file
 * and no script, or its plots as one PNG.
 *
 * <pre>
 * ReportOption ── --report FILE, once or more    the ending of a name says the form of the file
 *      │
 *    Page ── Table, Plot                         what the command has to show; knows no library
 *      ├── HtmlPage ── PlotDrawing, in SVG
 *      └── PngPage ─── PlotDrawing               PlotFont: letters on a machine without any font
 * </pre>
 *
 * <p>Invariant: a report is drawn from its page alone, so that a page that was made in a guest can be drawn outside.
 */
package io.znsslab.cli.report;
