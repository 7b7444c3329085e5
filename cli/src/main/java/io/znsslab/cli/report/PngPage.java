package io.znsslab.cli.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.IChart;

/** The plots of a page as one picture, one below the other, in twice the size for dense screens. */
final class PngPage {
    private static final int SCALE = 2;

    private PngPage() {}

    /** The bytes of the PNG. */
    static byte[] of(Page page) {
        return Drawing.run(() -> draw(page));
    }

    private static byte[] draw(Page page) throws IOException {
        List<IChart> charts = page.plots().stream()
                .filter(plot -> !PlotDrawing.isEmpty(plot))
                .map(PlotDrawing::of)
                .toList();
        int height = charts.stream().mapToInt(IChart::getHeight).sum();
        BufferedImage image =
                new BufferedImage(SCALE * PlotDrawing.WIDTH, SCALE * Math.max(1, height), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.scale(SCALE, SCALE);
            for (IChart chart : charts) {
                Graphics2D place = (Graphics2D) graphics.create(0, 0, PlotDrawing.WIDTH, chart.getHeight());
                chart.paint(place, chart.getWidth(), chart.getHeight());
                place.dispose();
                graphics.translate(0, chart.getHeight());
            }
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", bytes)) {
            throw new UncheckedIOException(new IOException("this JDK writes no PNG"));
        }
        return bytes.toByteArray();
    }
}
