package io.znsslab.cli.demo.live;

import io.znsslab.cli.terminal.Screen;
import io.znsslab.cli.terminal.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Shows the newest frame on the terminal, with rates over the last two seconds. Thread-safe. */
public final class LiveView implements AutoCloseable {
    private static final long RATES_OVER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String title;
    private final boolean coloured;
    private final Screen screen;
    private final Deque<Frame> recent = new ArrayDeque<>();

    /**
     * Takes the screen.
     *
     * @param title the top line
     */
    public LiveView(String title, Session session) {
        this.title = title;
        coloured = session.variable("NO_COLOR").isEmpty();
        screen = new Screen(session.terminal());
    }

    /** Shows a frame. */
    public synchronized void show(Frame frame) {
        while (!recent.isEmpty()
                && frame.moment().nanos() - recent.getFirst().moment().nanos() > RATES_OVER_NANOS) {
            recent.removeFirst();
        }
        screen.show(new FramePicture(title, frame, recent.peekFirst(), coloured));
        recent.addLast(frame);
    }

    /** Gives the screen back. Closing again does nothing. */
    @Override
    public void close() {
        screen.close();
    }
}
